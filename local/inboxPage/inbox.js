/**
 * The inbox's page. It shows the part of the list that is on the screen, however many mails there are, and one mail. The address has the
 * open mail (`/mail/<id>`), the search (`?search=`) and, unless it is HTML, how the mail is shown (`?view=`).
 */

/**
 * @typedef {{ messageId: string, to: string[], subject: string, at: number }} Row
 * @typedef {{ total: number, matching: number, openAt: number, mails: Row[] }} List
 * @typedef {{ messageId: string, from: string, replyTo: string[], destination: { to: string[], cc: string[], bcc: string[] },
 *   subject: string, at: number, text: string, hasHtml: boolean, source: string | null }} Mail
 */

/** So many rows above and below the screen are there before somebody scrolls to them. */
const SPARE_ROWS = 30;
/** While mails arrive, the list is read again at most so often. */
const PAUSE_MS = 200;
/** The wait before a new connection, if the browser gives up. */
const RECONNECT_MS = 1000;
/** Where the list and a mail stand side by side; as in `inbox.css`. */
const WIDE = matchMedia('(width >= 48rem)');

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no ${id}`);
  return element;
}
const state = byId('state');
const empty = /** @type {HTMLButtonElement} */ (byId('empty'));
const nav = byId('list');
const search = /** @type {HTMLInputElement} */ (byId('search'));
const scroll = byId('scroll');
const rows = byId('rows');
const none = byId('none');
const pane = byId('mail');
const nothing = byId('nothing');
const article = byId('open');
const back = /** @type {HTMLAnchorElement} */ (byId('back'));
const subject = byId('subject');
const about = byId('about');
const views = byId('views');
const content = byId('content');
const sure = /** @type {HTMLDialogElement} */ (byId('sure'));
const question = byId('question');

/** The part of the list that was read last, and the place of its first row. @type {List & { from: number }} */
let list = { total: 0, matching: 0, openAt: -1, mails: [], from: 0 };
/** Whether the list has been read. */
let isRead = false;
/** @type {string | undefined} */
let openId;
/** @type {Mail | undefined} */
let mail;
let view = 'html';
/** The rows on the page, by the ids of their mails. @type {Map<string, HTMLLIElement>} */
const shown = new Map();

// The address.

function readAddress() {
  const { pathname, searchParams } = new URL(location.href);
  openId = /^\/mail\/([^/]+)$/.exec(pathname)?.[1];
  search.value = searchParams.get('search') ?? '';
  view = searchParams.get('view') ?? 'html';
}

/** @param {string} [id] a mail; without it, the list alone */
function addressOf(id) {
  const query = new URLSearchParams();
  if (search.value !== '') query.set('search', search.value);
  if (id !== undefined && view !== 'html') query.set('view', view);
  return (id === undefined ? '/' : `/mail/${id}`) + (query.size > 0 ? `?${query}` : '');
}

// The list.

/** @returns {number} */
const rowHeight = () => (WIDE.matches ? 60 : 68);

/** The places of the first and the last row on the screen. */
function onScreen() {
  const first = Math.floor(scroll.scrollTop / rowHeight());
  return { first, last: first + Math.ceil(scroll.clientHeight / rowHeight()) };
}

/** The reading of the list that is under way. @type {Promise<void> | undefined} */
let reading;
let isStale = false;

/** Reads the part of the list that is on the screen. While that is read, another call lets it be read once more afterwards. */
function readList() {
  isStale = true;
  reading ??= readUntilFresh().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function readUntilFresh() {
  while (isStale) {
    isStale = false;
    const { first, last } = onScreen();
    const from = Math.max(0, first - SPARE_ROWS);
    const asked = search.value;
    const query = new URLSearchParams({ search: asked, from: String(from), count: String(last + SPARE_ROWS - from) });
    if (openId !== undefined) query.set('open', openId);
    try {
      const answer = await fetch(`/mails?${query}`);
      /** @type {List} */
      const next = await answer.json();
      if (asked === search.value) showList({ ...next, from }, asked);
      else isStale = true;
    } catch {
      // The stack has stopped. The list is read again when the connection is back.
    }
  }
}

/** The search of the list that is shown. @type {string | undefined} */
let searched;

/** @param {List & { from: number }} next @param {string} asked */
function showList(next, asked) {
  const added = isRead && asked === searched ? next.matching - list.matching : 0;
  const isMoved = added > 0 && scroll.scrollTop > 0;
  searched = asked;
  list = next;
  isRead = true;
  rows.style.blockSize = `${list.matching * rowHeight()}px`;
  // New mails are above: somebody who reads further down stays there.
  if (isMoved) scroll.scrollTop += added * rowHeight();
  showRows();
  none.hidden = list.matching > 0;
  none.textContent = list.total > 0 ? 'No mail matches the search.' : 'No mails yet. New mails appear automatically.';
  scroll.hidden = list.matching === 0;
  empty.disabled = list.total === 0;
  showState();
  const [newest] = list.mails;
  if (openId === undefined && list.from === 0 && newest && WIDE.matches) open(newest.messageId, 'replace');
  if (isMoved) readIfMissing();
  // Somebody has emptied the inbox.
  if (mail && list.openAt < 0 && asked === '') {
    mail = undefined;
    void readMail();
  }
}

function showRows() {
  const ids = new Set(list.mails.map(({ messageId }) => messageId));
  for (const [id, element] of shown) {
    if (ids.has(id)) continue;
    element.remove();
    shown.delete(id);
  }
  for (const [index, row] of list.mails.entries()) {
    const element = shown.get(row.messageId) ?? rowOf(row);
    const place = list.from + index;
    element.style.insetBlockStart = `${place * rowHeight()}px`;
    element.ariaPosInSet = String(place + 1);
    element.ariaSetSize = String(list.matching);
    // The order of the elements is the order of the keyboard.
    if (rows.children[index] !== element) rows.insertBefore(element, rows.children[index] ?? null);
  }
  markOpen();
}

/** @param {Row} row */
function rowOf({ messageId, to, subject: title, at }) {
  const element = document.createElement('li');
  const link = document.createElement('a');
  const who = document.createElement('b');
  who.textContent = to.join(', ');
  const when = document.createElement('time');
  when.textContent = moment(at);
  const what = document.createElement('span');
  what.textContent = title;
  link.append(who, when, what);
  element.append(link);
  shown.set(messageId, element);
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(messageId, openId === undefined ? 'push' : 'replace');
    if (!WIDE.matches) pane.focus();
  };
  return element;
}

function markOpen() {
  for (const [id, element] of shown) {
    const link = /** @type {HTMLAnchorElement} */ (element.firstChild);
    link.href = addressOf(id);
    if (id === openId) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

function readIfMissing() {
  const { first, last } = onScreen();
  const end = list.from + list.mails.length;
  if (first < list.from || Math.min(last, list.matching) > end) void readList();
}

// A mail.

/** @param {string | undefined} id @param {'push' | 'replace' | 'stay'} how what becomes of the address before */
function open(id, how) {
  openId = id;
  if (how === 'push') history.pushState(null, '', addressOf(id));
  if (how === 'replace') history.replaceState(null, '', addressOf(id));
  const place = list.mails.findIndex(({ messageId }) => messageId === id);
  list.openAt = place < 0 ? -1 : list.from + place;
  document.body.classList.toggle('reading', id !== undefined);
  markOpen();
  // On a phone, the list was not on the screen.
  readIfMissing();
  void readMail();
}

async function readMail() {
  const id = openId;
  if (id === undefined) {
    mail = undefined;
    showMail('No mail is open. Choose one from the list, with the mouse or with the keys ↑ and ↓.');
    return;
  }
  if (mail?.messageId === id) return showMail('');
  try {
    const answer = await fetch(`/mails/${id}`);
    const read = await answer.json();
    if (id !== openId) return;
    mail = answer.ok ? read : undefined;
    showMail('This mail is not in the inbox any more.');
  } catch {
    // It is read when the connection is back.
  }
}

/** @param {string} instead what is said if there is no mail */
function showMail(instead) {
  nothing.textContent = instead;
  nothing.hidden = mail !== undefined;
  article.hidden = mail === undefined;
  back.href = addressOf();
  document.title = mail ? `${mail.subject} – Inbox` : 'Inbox';
  if (!mail) return;
  const { from, replyTo, destination } = mail;
  subject.textContent = mail.subject;
  about.replaceChildren(
    ...detail('To', destination.to),
    ...detail('Cc', destination.cc),
    ...detail('Bcc', destination.bcc),
    ...detail('From', [from]),
    ...detail('Reply to', replyTo),
    ...detail('At', [new Date(mail.at * 1000).toLocaleString()]),
  );
  showContent(mail);
}

/** @param {string} name @param {string[]} values */
function detail(name, values) {
  if (values.length === 0) return [];
  const term = document.createElement('dt');
  term.textContent = name;
  const description = document.createElement('dd');
  description.textContent = values.join(', ');
  return [term, description];
}

/** @param {Mail} mail */
function showContent({ messageId, subject: title, text, hasHtml, source }) {
  const chosen = view === 'html' && !hasHtml ? 'text' : view;
  for (const button of views.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.value === chosen));
    button.disabled = button.value === 'html' && !hasHtml;
  }
  if (chosen === 'html') {
    // A new frame for each mail: the address of a frame that stays would become an entry of the tab's history.
    const frame = document.createElement('iframe');
    frame.title = title;
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    frame.src = `/mails/${messageId}/html`;
    content.replaceChildren(frame);
    return;
  }
  const box = document.createElement('pre');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', chosen === 'text' ? 'Text' : 'Source');
  if (chosen === 'text') box.append(...withLinks(text));
  else {
    box.className = 'source';
    box.textContent = source ?? 'This mail arrived before the inbox kept the source of mails.';
  }
  content.replaceChildren(box);
}

/** A text whose web addresses are links. @param {string} text @returns {(string | Node)[]} */
function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = document.createElement('a');
    link.href = part;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = part;
    return link;
  });
}

// The keyboard.

let moved = Promise.resolve();

/** Opens the mail above or below, after the moves of earlier keys. @param {number} step */
const move = (step) => {
  moved = moved.then(() => moveNow(step));
};

/** @param {number} step */
async function moveNow(step) {
  if (list.matching === 0) return;
  const place = list.openAt < 0 ? 0 : Math.min(Math.max(0, list.openAt + step), list.matching - 1);
  const top = place * rowHeight();
  if (top < scroll.scrollTop) scroll.scrollTop = top;
  const bottom = top + rowHeight() - scroll.clientHeight;
  if (bottom > scroll.scrollTop) scroll.scrollTop = bottom;
  let row = list.mails[place - list.from];
  // The first and the last mail of the part that is there.
  if (!row) {
    await readList();
    row = list.mails[place - list.from];
  }
  if (!row) return;
  open(row.messageId, openId === undefined ? 'push' : 'replace');
  /** @type {HTMLElement | null | undefined} */ (shown.get(row.messageId)?.firstChild)?.focus({ preventScroll: true });
}

document.onkeydown = (event) => {
  const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (ctrlKey || metaKey || altKey || shiftKey || sure.open) return;
  const isInList = target === document.body || (target instanceof Node && nav.contains(target));
  if (!isInList || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
  event.preventDefault();
  move(key === 'ArrowDown' ? 1 : -1);
};

// What people do.

search.oninput = () => {
  history.replaceState(null, '', addressOf(openId));
  scroll.scrollTop = 0;
  markOpen();
  void readList();
};
scroll.onscroll = readIfMissing;
addEventListener('resize', readIfMissing);
WIDE.onchange = () => void readList();
views.onclick = ({ target }) => {
  if (!(target instanceof HTMLButtonElement) || !mail) return;
  view = target.value;
  history.replaceState(null, '', addressOf(openId));
  markOpen();
  showContent(mail);
};
back.onclick = (event) => {
  event.preventDefault();
  open(undefined, 'push');
};
addEventListener('popstate', () => {
  readAddress();
  open(openId, 'stay');
  void readList();
});
empty.onclick = () => {
  question.textContent = list.total === 1 ? 'Delete the mail?' : `Delete all ${list.total.toLocaleString()} mails?`;
  sure.returnValue = '';
  sure.showModal();
};
sure.onclose = async () => {
  if (sure.returnValue !== 'empty') return;
  await fetch('/clear-store', { method: 'POST' });
  open(undefined, 'replace');
  void readList();
};

// What happens meanwhile.

let isLost = false;

function showState() {
  const { total, matching } = list;
  const mails = `${total.toLocaleString()} ${total === 1 ? 'mail' : 'mails'}`;
  const found = search.value === '' ? mails : `${matching.toLocaleString()} of ${mails}`;
  state.textContent = isLost ? 'The stack does not answer. Trying again …' : found;
  state.classList.toggle('lost', isLost);
}

/** @param {number} at seconds since 1970 */
function moment(at) {
  const date = new Date(at * 1000);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleDateString();
}

let isDue = false;

function follow() {
  const changes = new EventSource('/changes');
  changes.onopen = () => {
    isLost = false;
    // Mails may have arrived, or may be gone.
    void readList();
    if (!mail) void readMail();
  };
  changes.onmessage = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      void readList();
    }, PAUSE_MS);
  };
  changes.onerror = () => {
    isLost = true;
    showState();
    if (changes.readyState === EventSource.CLOSED) setTimeout(follow, RECONNECT_MS);
  };
}

readAddress();
open(openId, 'stay');
follow();
