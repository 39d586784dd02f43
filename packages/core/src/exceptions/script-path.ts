const drive = /^[a-z]:(?=[\\/])/i
const scheme = /^[a-z][a-z0-9+.-]+:/i
const packages = 'node_modules/'

/** The path behind a `file:` URL, without query and in plain characters; everything else stays as it is. */
export function scriptPath(script: string): string {
  if (!script.startsWith('file://')) return script.replace(drive, (letter) => letter.toUpperCase())
  const [url = ''] = script.slice('file://'.length).split(/[?#]/, 1)
  const path = url.startsWith('/') ? url : `//${url}`
  return decoded(path).replace(/^\/(?=[a-z]:\/)/i, '')
}

/** A path as seen from the working directory, with `/` on every system; what is no absolute path stays as it is. */
export function relativePath(path: string, workingDirectory: string | undefined): string {
  if (workingDirectory === undefined || !isAbsolutePath(path)) return path
  const from = segments(workingDirectory)
  const to = segments(path)
  let shared = 0
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++
  // Another drive of Windows cannot be reached through `..`.
  if (shared === 0 && drive.test(path)) return to.join('/')
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
}

/** Whether the application wrote the script itself: neither Node, nor an installed package, nor evaluated text. */
export function isOwnScript(script: string): boolean {
  if (script.startsWith('node:') || script.replaceAll('\\', '/').includes(packages)) return false
  return isAbsolutePath(script) || scheme.test(script)
}

/** `src.routes:users` for `src/routes/users.ts`, `express.lib:router` inside a package; the bare name elsewhere. */
export function moduleName(filename: string): string | undefined {
  if (filename === '<anonymous>') return undefined
  const packaged = filename.lastIndexOf(packages)
  const isOutside = filename.startsWith('../') || isAbsolutePath(filename) || scheme.test(filename)
  const folders = (packaged < 0 ? filename : filename.slice(packaged + packages.length)).split('/')
  const file = (folders.pop() ?? '').replace(/\.[cm]?[jt]sx?$/, '')
  return folders.length === 0 || (isOutside && packaged < 0) ? file : `${folders.join('.')}:${file}`
}

/** True for absolute paths of POSIX and of Windows. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\\\') || drive.test(path)
}

function segments(path: string): string[] {
  const isWindows = path.startsWith('\\\\') || drive.test(path)
  const plain = isWindows ? path.replaceAll('\\', '/').replace(drive, (letter) => letter.toUpperCase()) : path
  return plain.split('/').filter((segment) => segment !== '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
