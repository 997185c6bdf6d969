// Text that becomes HTML: whatever is put into a template is escaped, but for HTML that was made here.

/** HTML that is ready. */
export interface Html {
  readonly text: string
}

/** For what was drawn here, not for what was read. */
export const raw = (text: string): Html => ({ text })

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

/** Text as HTML shows it, in an element or in a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, character => entities[character])

type Part = string | number | Html | readonly Part[]

/** A template: titles and ids cannot leave their place. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { text: strings.reduce((text, next, at) => text + textOf(parts[at - 1]) + next) }
}

function textOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'text' in part ? part.text : part.map(textOf).join('')
}
