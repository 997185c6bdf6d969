import { expect, test } from 'vitest'
import { html, raw } from '../../src/report/html.ts'

test('text put into a template is escaped, in an element and in an attribute; HTML made here is not', () => {
  const title = '<script>alert("x")</script> & \'Co\''
  expect(html`<p title="${title}">${title}</p>`.text).not.toContain('<script>')
  expect(html`<p title="${title}"></p>`.text).toBe('<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;Co&#39;"></p>')
  expect(html`<ul>${[1, 'a<b'].map(each => html`<li>${each}</li>`)}</ul>${raw('<svg/>')}`.text).toBe('<ul><li>1</li><li>a&lt;b</li></ul><svg/>')
})
