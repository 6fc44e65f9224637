import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { startLanguage } from './i18n/i18n.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@mantine/core/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import './design/tokens.css'
import './design/base.css'

startLanguage()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root element: index.html is not the one of this app.')
createRoot(root).render(<App />)
