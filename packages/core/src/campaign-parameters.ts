/** Parameters of a URL that say where a visit came from; events carry them as properties of the same name. */
export const campaignParameters = [
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'gad_source', 'mc_cid'],
  ...[
    'gclid',
    'gclsrc',
    'dclid',
    'gbraid',
    'wbraid',
    'fbclid',
    'msclkid',
    'twclid',
    'li_fat_id',
    'igshid',
    'ttclid',
  ],
  ...['rdt_cid', 'epik', 'qclid', 'sccid', 'irclid', '_kx', 'oppref', 'bfcid'],
] as const
