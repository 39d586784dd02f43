/** Another module, so that the option which calls it is another text in each bundle. */
export function stamped(event, version) {
  return { ...event, properties: { ...event.properties, version } }
}
