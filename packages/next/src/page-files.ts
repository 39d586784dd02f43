/** What of `node:fs` a folder is read with. */
export interface FolderReader {
  readdirSync(path: string, options: { recursive: true; encoding: 'utf8' }): string[]
}

const extension = /\.(?:tsx?|jsx?|mdx?)$/

/**
 * The pages and handlers of an application by its files, where there is no build that lists them: as they lie in `app`
 * and `pages`, be those in `src` or not.
 */
export function pageFiles(fs: FolderReader): string[] {
  const appFiles = filesIn(fs, 'app').filter((file) => /(?:^|\/)(?:page|route)\.\w+$/.test(file))
  const pages = filesIn(fs, 'pages').filter(
    (file) => extension.test(file) && !/^_(?:app|document|error)\./.test(file),
  )
  return [
    ...appFiles.filter((file) => extension.test(file)).map((file) => `/${file.replace(/\/?[^/]*$/, '')}`),
    ...pages.map((file) => `/${file.replace(extension, '').replace(/(?:^|\/)index$/, '')}`),
  ]
}

function filesIn(fs: FolderReader, name: string): string[] {
  for (const folder of [name, `src/${name}`]) {
    try {
      const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
      return files.map((file) => file.replaceAll('\\', '/'))
    } catch {
      // It is not there.
    }
  }
  return []
}
