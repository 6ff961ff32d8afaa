import '@cloudscape-design/global-styles/index.css';
import './portal.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { loadConfig } from './config.ts';
import { initLanguage } from './language/language.ts';
import { initMode } from './mode.ts';
import { NotConfigured } from './shell/NotConfigured.tsx';
import { createSession } from './signIn/session.ts';

const place = document.getElementById('portal');
if (!place) throw new Error('index.html has no #portal');

initMode();
const config = await loadConfig().catch(() => undefined);
await initLanguage(config?.defaultLanguage ?? 'en');
createRoot(place).render(config ? <App config={config} session={createSession(config)} /> : <NotConfigured />);
