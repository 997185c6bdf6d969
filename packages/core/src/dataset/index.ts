// What is an interaction, an item, a catalogue?
export * from './catalogue.ts'
export * from './dataset.ts'
export * from './group-rows.ts'
export * from './id-map.ts'
export * from './interactions.ts'
export * from './prepare.ts'
