// The page that lists the operations of /api/openapi.json. No library, nothing from elsewhere.
const TEXT = {
  en: {
    intro: 'Send an API key as "Authorization: Bearer …". The description for programs is at ',
    filter: 'Filter operations',
    count: (n) => `${n} operations`,
    needs: 'Permission: ',
    public: 'Open to everyone',
    parts: { parameters: 'Parameters', body: 'Body', answer: 'Answer' },
  },
  fr: {
    intro: 'Envoyez une clé d’API : « Authorization: Bearer … ». La description pour programmes : ',
    filter: 'Filtrer les opérations',
    count: (n) => `${n} opérations`,
    needs: 'Permission : ',
    public: 'Ouvert à tous',
    parts: { parameters: 'Paramètres', body: 'Corps', answer: 'Réponse' },
  },
}
const language = navigator.language.startsWith('fr') ? 'fr' : 'en'
const text = TEXT[language]
document.documentElement.lang = language

function element(name, content, className) {
  const node = document.createElement(name)
  if (content) node.textContent = content
  if (className) node.className = className
  return node
}

function part(title, value) {
  const box = element('div')
  box.append(element('h3', title), element('pre', JSON.stringify(value, null, 2)))
  return box
}

function operationNode(path, method, operation) {
  const node = element('details')
  const head = element('summary')
  head.append(element('span', method.toUpperCase(), 'method'), element('code', path))
  if (operation.summary) head.append(` — ${operation.summary}`)
  const body = element('div', '', 'body')
  if (operation.description) body.append(element('p', operation.description))
  const permission = operation['x-permission']
  if (permission) {
    body.append(element('p', permission === 'public' ? text.public : text.needs + permission))
  }
  if (operation.parameters) body.append(part(text.parts.parameters, operation.parameters))
  const sent = operation.requestBody?.content?.['application/json']?.schema
  if (sent) body.append(part(text.parts.body, sent))
  const answer = operation.responses?.['200']?.content?.['application/json']?.schema
  if (answer) body.append(part(text.parts.answer, answer))
  node.append(head, body)
  return node
}

const answer = await fetch('/api/openapi.json')
const description = await answer.json()
const nodes = []
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    nodes.push({ key: `${method} ${path}`, node: operationNode(path, method, operation) })
  }
}
const link = element('a', '/api/openapi.json')
link.href = '/api/openapi.json'
document.querySelector('#intro').append(text.intro, link)
document.querySelector('#filter-label').textContent = text.filter
const filter = document.querySelector('#filter')

function show() {
  const wanted = filter.value.trim().toLowerCase()
  const shown = nodes.filter(({ key }) => key.toLowerCase().includes(wanted))
  document.querySelector('#operations').replaceChildren(...shown.map(({ node }) => node))
  document.querySelector('#count').textContent = text.count(shown.length)
}
filter.addEventListener('input', show)
show()
