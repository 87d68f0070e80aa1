// Stands between a client and the simulator of Discord, and has Stoplight's `prism proxy` judge both by Discord's own description.
//
//   node discord_prism.js <description.json> <address of the simulator>
//
// The first line of its output is the address for the client. `GET /judged` there answers, once all of it is judged, with a
// list of {method, path, status, multipart, problems}.
//
// What passes is untouched and waits for nobody. Prism is told of it afterwards, in order: it hears what the client asked, and
// its own upstream is this script again, which says what the simulator answered. Two things it is told otherwise:
//  - the paths of the description lack `/api/v10`, which stands in the address of its server;
//  - of a form with a file prism reads the bytes as text, and of `payload_json` it knows nothing ("Uploading Files" of
//    reference.mdx): it hears the JSON of that part alone, and the names of the other parts are looked at here.

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const os = require('node:os')
const path = require('node:path')

const LARGEST_HEADERS = 4 << 20
const HOP = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']

const listening = server => new Promise(resolve => {
  server.listen(0, '127.0.0.1', () => resolve(server.address().port))
})

const read = stream => new Promise((resolve, reject) => {
  const chunks = []
  stream.on('data', chunk => chunks.push(chunk))
  stream.on('end', () => resolve(Buffer.concat(chunks)))
  stream.on('error', reject)
})

const without = (headers, names) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))

const ask = (port, { method, path, headers, body }) => new Promise((resolve, reject) => {
  const length = body.length > 0 || !['GET', 'DELETE'].includes(method) ? { 'content-length': body.length } : {}
  const options = {
    host: '127.0.0.1', port, path, method, headers: { ...headers, ...length }, maxHeaderSize: LARGEST_HEADERS, agent: false,
  }
  const request = http.request(options, async response => {
    try {
      resolve({ status: response.statusCode, headers: response.headers, body: await read(response) })
    } catch (error) {
      reject(error)
    }
  })
  request.on('error', reject)
  request.end(body)
})

const say = (response, { status, headers, body }) => {
  response.writeHead(status, { ...without(headers, HOP), ...(status === 204 ? {} : { 'content-length': body.length }) })
  response.end(status === 204 ? undefined : body)
}

const mended = text => {
  const description = JSON.parse(text)
  const below = Object.entries(description.paths).map(([path, told]) => [`/api/v10${path}`, told])
  return JSON.stringify({ ...description, paths: Object.fromEntries(below) })
}

// The JSON of a form with files, and what is wrong with its parts.
const unpacked = ({ headers, body }) => {
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'])[1]
  const text = body.toString('latin1')
  const parts = text.split(`--${boundary}`).slice(1, -1).map(part => {
    const [head, ...rest] = part.split('\r\n\r\n')
    return { name: /name="([^"]*)"/.exec(head)?.[1] ?? '', content: rest.join('\r\n\r\n').replace(/\r\n$/, '') }
  })
  const json = parts.filter(({ name }) => name === 'payload_json')
  const odd = parts.filter(({ name }) => name !== 'payload_json' && !/^files\[\d\]$/.test(name))
  const problems = odd.map(({ name }) => ({ message: `a form has no part “${name}”` }))
  if (json.length !== 1) problems.push({ message: `a form has ${json.length} parts payload_json` })
  return { body: Buffer.from(json[0]?.content ?? '{}', 'latin1'), problems }
}

const judge = async (prism, now, passed) => {
  const { asked, answered } = passed
  const multipart = (asked.headers['content-type'] ?? '').startsWith('multipart/form-data')
  const { body, problems } = multipart ? unpacked(asked) : { body: asked.body, problems: [] }
  const headers = without(asked.headers, HOP)
  if (multipart) headers['content-type'] = 'application/json'
  now.answered = answered
  const told = await ask(prism, { ...asked, headers, body })
  const violations = told.headers['sl-violations']
  if (violations) problems.push(...JSON.parse(violations))
  // What prism says itself: there is no such path, or its upstream was never asked.
  if (now.answered) problems.push({ message: told.body.toString() })
  return { method: asked.method, path: asked.path, status: answered.status, multipart, problems }
}

const started = async (child, port) => {
  for (let tries = 0; tries < 3000 && child.exitCode === null; tries += 1) {
    try {
      await ask(port, { method: 'GET', path: '/nothing', headers: {}, body: Buffer.alloc(0) })
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  throw new Error('prism does not start')
}

const main = async () => {
  const [, , description, simulator] = process.argv
  const upstream = new URL(simulator)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'discord-prism-'))
  const file = path.join(folder, 'description.json')
  fs.writeFileSync(file, mended(fs.readFileSync(description, 'utf8')))

  const now = {}
  const behind = await listening(http.createServer(async (request, response) => {
    await read(request)
    const { answered } = now
    now.answered = undefined
    say(response, answered ?? { status: 500, headers: {}, body: Buffer.alloc(0) })
  }))
  const prism = await (async () => {
    const free = http.createServer()
    const port = await listening(free)
    await new Promise(resolve => free.close(resolve))
    return port
  })()
  const cli = require.resolve('@stoplight/prism-cli/dist/index.js')
  const args = [cli, 'proxy', '-h', '127.0.0.1', '-p', String(prism), file, `http://127.0.0.1:${behind}`]
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  process.on('exit', () => {
    child.kill()
    fs.rmSync(folder, { recursive: true, force: true })
  })
  // Whoever started it has gone.
  process.stdin.on('end', () => process.exit()).resume()
  process.on('SIGTERM', () => process.exit())
  await started(child, prism)

  const judged = []
  let last = Promise.resolve()
  const front = http.createServer(async (request, response) => {
    if (request.url === '/judged') {
      await last
      const body = Buffer.from(JSON.stringify(judged))
      return say(response, { status: 200, headers: { 'content-type': 'application/json' }, body })
    }
    let asked
    let answered
    try {
      asked = {
        method: request.method, path: request.url, headers: without(request.headers, HOP), body: await read(request),
      }
      answered = await ask(upstream.port, asked)
      say(response, answered)
    } catch {
      // The simulator broke the connection off, as it was told to.
      return response.destroy()
    }
    const failed = error => ({
      method: asked.method, path: asked.path, status: answered.status, multipart: false, problems: [{ message: error.stack }],
    })
    last = last.then(async () => judged.push(await judge(prism, now, { asked, answered }).catch(failed)))
  })
  const port = await listening(front)
  process.stdout.write(`http://127.0.0.1:${port}\n`)
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})
