const rules = JSON.stringify({ prerender: [{ urls: ['/plain'], eagerness: 'immediate' }] })

export default function Speculation() {
  return <script type="speculationrules" dangerouslySetInnerHTML={{ __html: rules }} />
}
