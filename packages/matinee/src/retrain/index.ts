// How do versions follow what people do?
export * from './erase.ts'
