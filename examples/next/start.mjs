// Plain JavaScript, so that a Node.js which cannot read the rest can say so.
if (process.features.typescript) {
  await import('./start.ts')
} else {
  console.error(
    `This example needs Node.js 22.18 or newer, which runs TypeScript as it is; this is ${process.version}.`,
  )
  process.exitCode = 1
}
