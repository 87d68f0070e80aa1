// Judges requests by Meta's own description of the Cloud API, with Stoplight's prism.
//
//   node whatsapp_prism.js <description.yaml>  <  [{"name", "path", "body"}]   >  [{"name", "status", "problems"}]
//
// In place of `body`, which is JSON, `form` is a body as it was sent, with its content type: {"type", "hex"}. `method` is POST where
// none is named; `headers` are those of the client (null for one that it did not send), and good ones where none are given.
//
// The description contradicts itself in places, which are mended in a copy first:
//  - a message is `allOf` its base and a part that allows no further fields, so that no message fits: both become one;
//  - the place of a template's button must match `^[2-6, 11-14]$`, which its own example "0" does not;
//  - a component of a template and each of its parameters is told by a `discriminator` alone, by which nothing is judged: both
//    become a choice of the forms that it names. A place in the head and a button that copies a code stand on other pages of Meta's;
//  - seven kinds of nodes share one form of path, of which the phone number is ours, and the file, which stands below `/media`
//    here: that is asked for with `phone_number_id`;
//  - the webhook of a number is taken back with an empty address, which is told in words, and is no `uri`;
//  - business-scoped ids (`recipient`), `biz_opaque_callback_data` and the mark that a message was read (with the sign that
//    someone types) came later or stand on other pages of Meta's;
//  - of the form of an upload it says of no field that it must be there, and knows no `type`, which Meta's page on media does.

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const yaml = require('js-yaml')

// Meta's pages "Mark messages as read" and "Typing indicators".
const read = {
  type: 'object',
  required: ['messaging_product', 'status', 'message_id'],
  properties: {
    messaging_product: { const: 'whatsapp' },
    status: { const: 'read' },
    message_id: { type: 'string', minLength: 1 },
    typing_indicator: {
      type: 'object', required: ['type'], properties: { type: { const: 'text' } }, additionalProperties: false,
    },
  },
  additionalProperties: false,
}

// Meta's page "Media", "Upload media".
const uploaded = {
  type: 'object',
  required: ['messaging_product', 'type', 'file'],
  properties: {
    messaging_product: { type: 'string', enum: ['whatsapp'] },
    type: { type: 'string', pattern: '^(application|audio|image|text|video)/[a-z0-9.+-]+$' },
    file: { type: 'string', minLength: 1 },
  },
}

// Meta's page "Send template messages", "Location".
const place = {
  type: 'object',
  required: ['type', 'location'],
  properties: {
    type: { const: 'location' },
    location: {
      type: 'object',
      required: ['latitude', 'longitude', 'name', 'address'],
      properties: {
        latitude: { type: 'string', pattern: '^-?[0-9.]+$' },
        longitude: { type: 'string', pattern: '^-?[0-9.]+$' },
        name: { type: 'string', minLength: 1 },
        address: { type: 'string', minLength: 1 },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
}

// Meta's page "Coupon code templates".
const coupon = {
  type: 'object',
  required: ['type', 'sub_type', 'index', 'parameters'],
  properties: {
    type: { const: 'button' },
    sub_type: { const: 'copy_code' },
    index: { type: 'string', pattern: '^[0-9]$' },
    parameters: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        required: ['type', 'coupon_code'],
        properties: { type: { const: 'coupon_code' }, coupon_code: { type: 'string', minLength: 1, maxLength: 15 } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

const choiceOf = (...names) => names.map(name => ({ $ref: `#/components/schemas/${name}` }))

const mendTemplates = schemas => {
  const { TemplateComponent: component, ButtonComponent: button } = schemas
  component.properties.index.pattern = '^[0-9]$'
  const [, ownOfButton] = button.allOf
  ownOfButton.properties.index.pattern = '^[0-9]$'
  const parameters = choiceOf('CurrencyParameter', 'DateTimeParameter', 'TextParameter')
  const files = choiceOf('DocumentParameter', 'ImageParameter', 'VideoParameter')
  schemas.HeaderComponent.allOf[1].properties.parameters.items = { anyOf: [...parameters, ...files] }
  schemas.BodyComponent.allOf[1].properties.parameters.items = { anyOf: parameters }
  ownOfButton.properties.parameters.items = { anyOf: choiceOf('ButtonPayloadParameter', 'ButtonTextParameter') }
  const placed = {
    type: 'object',
    required: ['type', 'parameters'],
    properties: { type: { const: 'header' }, parameters: { type: 'array', minItems: 1, maxItems: 1, items: place } },
    additionalProperties: false,
  }
  const all = choiceOf('HeaderComponent', 'BodyComponent', 'ButtonComponent')
  schemas.TemplateObject.properties.components.items = { anyOf: [...all, placed, coupon] }
}

const mended = text => {
  const description = yaml.load(text)
  const schemas = description.components.schemas
  const base = schemas.BaseMessageProperties
  base.required = base.required.filter(field => field !== 'to')
  base.properties.recipient = { type: 'string', pattern: '^[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}$' }
  base.properties.biz_opaque_callback_data = { type: 'string', maxLength: 512 }
  for (const { $ref } of schemas.Message.oneOf) {
    const name = $ref.split('/').pop()
    const [, own] = schemas[name].allOf
    schemas[name] = {
      type: 'object',
      required: [...base.required, ...own.required],
      properties: { ...base.properties, ...own.properties },
      anyOf: [{ required: ['to'] }, { required: ['recipient'] }],
      additionalProperties: false,
    }
  }
  const { WebhookConfiguration: webhook } = schemas
  webhook.properties.override_callback_uri = { anyOf: [{ type: 'string', format: 'uri', minLength: 1 }, { const: '' }] }
  description.paths['/media/{Version}/{Media-ID}'] = description.paths['/{Version}/{Media-ID}']
  for (const path of Object.keys(description.paths)) {
    if (/^\/\{Version\}\/\{[^}]+\}$/.test(path) && path !== '/{Version}/{Phone-Number-ID}') delete description.paths[path]
  }
  const messages = description.paths['/{Version}/{Phone-Number-ID}/messages'].post.requestBody.content['application/json']
  messages.schema = { anyOf: [{ $ref: '#/components/schemas/Message' }, read] }
  const upload = description.paths['/{Version}/{Phone-Number-ID}/media'].post.requestBody
  upload.required = true
  upload.content = { 'multipart/form-data': { schema: uploaded } }
  mendTemplates(schemas)
  return JSON.stringify(description)
}

const freePort = () => new Promise(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

const good = { authorization: 'Bearer EAAtoken', 'user-agent': 'neural-marketing-studio/0.1.0' }

// The path of a file is that of every other node: what is asked tells them apart.
const below = path => (/^\/v[0-9.]+\/[0-9]+\?phone_number_id=/.test(path) ? `/media${path}` : path)

const ask = (port, { method = 'POST', path, headers: own = good, body, form }) => new Promise((resolve, reject) => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const sent = form ? Buffer.from(form.hex, 'hex') : Buffer.from(text)
  const headers = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null))
  if (form || text) headers['content-type'] = form ? form.type : 'application/json'
  if (method !== 'GET') headers['content-length'] = sent.length
  const request = http.request({ host: '127.0.0.1', port, path: below(path), method, headers }, response => {
    let answer = ''
    response.on('data', chunk => { answer += chunk })
    response.on('end', () => resolve({ status: response.statusCode, answer }))
  })
  request.on('error', reject)
  request.end(sent)
})

const started = async port => {
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      await ask(port, { path: '/v23.0/1/nothing', body: {} })
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  throw new Error('prism does not start')
}

const main = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'whatsapp-prism-'))
  const file = path.join(folder, 'description.json')
  fs.writeFileSync(file, mended(fs.readFileSync(process.argv[2], 'utf8')))
  const requests = JSON.parse(fs.readFileSync(0, 'utf8'))
  const prism = require.resolve('@stoplight/prism-cli/dist/index.js')
  const port = await freePort()
  const child = spawn(process.execPath, [prism, 'mock', '-h', '127.0.0.1', '-p', String(port), file], { stdio: 'ignore' })
  try {
    await started(port)
    const judged = []
    for (const request of requests) {
      const { status, answer } = await ask(port, request)
      const problems = status < 300 ? [] : JSON.parse(answer).validation ?? [answer]
      judged.push({ name: request.name, status, problems })
    }
    process.stdout.write(JSON.stringify(judged))
  } finally {
    child.kill()
    fs.rmSync(folder, { recursive: true })
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
})
