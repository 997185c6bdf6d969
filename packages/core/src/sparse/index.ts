// How do interactions lie in memory?
export * from './csr.ts'
