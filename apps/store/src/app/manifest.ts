// The web app manifest: how an installed StreamStock shows up on a phone or a till. Read by the build only.
import type { ManifestOptions } from 'vite-plugin-pwa';

export const manifest: Partial<ManifestOptions> = {
  id: '/store/',
  name: 'StreamStock',
  short_name: 'StreamStock',
  description: 'Sell, receive and count, also without a network. What is saved on this device is never lost.',
  lang: 'en',
  scope: '/store/',
  start_url: '/store/',
  display: 'standalone',
  orientation: 'any',
  background_color: '#F3F7F7',
  theme_color: '#FFFFFF',
  categories: ['business', 'productivity'],
  icons: [
    { src: '/store/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: '/store/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: '/store/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: '/store/icons/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
  ],
  shortcuts: [
    { name: 'Sell', url: '/store/sell' },
    { name: 'Receive', url: '/store/receive' },
    { name: 'Count', url: '/store/count' },
  ],
};
