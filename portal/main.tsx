import '@cloudscape-design/global-styles/index.css';
import './portal.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { loadConfig } from './config.ts';
import { initLanguage } from './language/language.ts';
import { initMode } from './mode.ts';
import { NotStarted } from './shell/NotStarted.tsx';
import { keepsData } from './signIn/once.ts';
import { createSession } from './signIn/session.ts';

const place = document.getElementById('portal');
if (!place) throw new Error('index.html has no #portal');

const NO_ANSWER =
  'There was no answer. Check your connection and reload the page. · Ответа нет. Проверьте соединение и обновите страницу. · Không có phản hồi. Hãy kiểm tra kết nối và tải lại trang.';

initMode();
const config = await loadConfig().catch(() => undefined);
try {
  await initLanguage(config?.defaultLanguage ?? 'en');
  const root = createRoot(place);
  if (!keepsData()) root.render(<NotStarted why="dataBlocked" />);
  else
    root.render(config ? <App config={config} session={createSession(config)} /> : <NotStarted why="notConfigured" />);
} catch {
  // This page needs no messages: their language couldn't be loaded.
  place.textContent = NO_ANSWER;
  addEventListener('online', () => location.reload());
}
