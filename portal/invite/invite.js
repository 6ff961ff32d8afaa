/**
 * The page behind the emailed link: shows the invitation, and confirms or declines it. Loading the page only asks for a preview, which
 * changes nothing, because mail scanners open links and run scripts. Only a pressed button answers.
 */
import { LANGUAGE_NAMES, MESSAGES } from './messages.js';

/**
 * @typedef {import('./messages.js').Pages} Pages
 * @typedef {{
 *   name: string, partner: { name: string }, brandName: string, language: string,
 *   status: 'VERIFICATION_REQUIRED' | 'APPROVAL_REQUIRED' | 'ACTIVE' | 'SUSPENDED' | 'DECLINED' | 'REJECTED' | 'EXPIRED',
 *   invite: { email: string, expiresAt: string } | null, organization: { name: string } | null,
 * }} Invitation the invitation as the contract describes it
 * @typedef {{ code: string, message: string }} Reason a rule of the program that the account doesn't meet
 */

/** The longest wait for an answer: the gateway itself gives up after 30 s. */
const TIMEOUT_MS = 35_000;
/** A longer name is cut in sentences. The details below show all of it. */
const NAME_CHARACTERS = 80;
/** A longer detail scrolls in its own box. The box needs the keyboard's focus, which Safari doesn't give it by default. */
const SCROLLING_CHARACTERS = 200;

const view = /** @type {HTMLElement} */ (document.getElementById('view'));
const progress = /** @type {HTMLElement} */ (document.getElementById('progress'));
const brand = /** @type {HTMLElement} */ (document.getElementById('brand'));
const languages = /** @type {HTMLElement} */ (document.getElementById('languages'));

/** The link's proof of the mailbox; undefined for a link that was copied without it. @type {string | undefined} */
let token;
/** The names that sentences contain. @type {Record<string, string>} */
let names = {};
/** The request under way. @type {'preview' | 'accept' | 'decline' | undefined} */
let asking;
/** Shows the current page once more. */
let showAgain = () => {};
let language = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in MESSAGES) ?? 'en';
const texts = () => /** @type {import('./messages.js').Messages} */ (MESSAGES[language]);

/**
 * Removes the token from the address bar, where people would see, copy and keep it. The token moves into the state of this history entry:
 * there it survives a refresh and going back, and no other page of the tab can read it, unlike in sessionStorage.
 */
function takeToken() {
  if (location.hash) {
    const found = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
    history.replaceState({ ...history.state, token: found }, '', location.pathname);
  }
  token = history.state?.token;
  language = history.state?.language ?? language;
}

function start() {
  takeToken();
  // Forget the invitation that this tab has shown before.
  names = {};
  asking = undefined;
  brand.textContent = '';
  showLanguages();
  const [, customerId] = /^\/invite\/accept\/([^/]+)$/.exec(location.pathname) ?? [];
  if (token !== undefined) ask('preview');
  else if (customerId)
    present(() => show('noToken', row(link(texts().buttons.signIn, `/my/invitations/${customerId}`))));
  else present(() => show('linkInvalid'));
}

/** Shows the buttons that choose the language. The choice stays with this history entry, like the token. */
function showLanguages() {
  document.documentElement.lang = language;
  languages.setAttribute('aria-label', texts().labels.language);
  if (!languages.firstChild)
    languages.append(
      ...Object.entries(LANGUAGE_NAMES).map(([tag, name]) => {
        const made = element('button', name);
        made.lang = tag;
        made.onclick = () => speak(tag);
        return made;
      }),
    );
  for (const made of languages.querySelectorAll('button'))
    made.setAttribute('aria-pressed', String(made.lang === language));
}

/** @param {string} chosen */
function speak(chosen) {
  language = chosen;
  history.replaceState({ ...history.state, language }, '');
  showLanguages();
  // While a request is under way, don't show the page again: its buttons could be pressed a second time.
  if (asking) progress.textContent = texts().progress[asking];
  else showAgain();
  // The focus stays on the choice of language.
  /** @type {HTMLElement | null} */ (languages.querySelector(`[lang=${language}]`))?.focus();
}

/** Shows a page, and shows it again when another language is chosen. @param {() => void} render */
function present(render) {
  showAgain = render;
  render();
}

/**
 * Sends the token and shows the answer. Buttons are disabled meanwhile, so that a double click sends once.
 *
 * @param {'preview' | 'accept' | 'decline'} what
 * @returns {Promise<void>}
 */
async function ask(what) {
  const asked = token;
  asking = what;
  for (const button of view.querySelectorAll('button')) button.disabled = true;
  progress.textContent = texts().progress[what];
  const answer = await post(what);
  // Another link was opened in this tab meanwhile.
  if (asked !== token) return;
  asking = undefined;
  if ('invitation' in answer) showInvitation(answer.invitation);
  // The invitation was answered elsewhere, or has expired: show its status.
  else if (answer.code === 'CUSTOMER_STATUS') await ask('preview');
  else if (['INVITE_LINK_INVALID', 'VALIDATION_FAILED', 'BODY_TOO_LARGE'].includes(answer.code))
    present(() => show('linkInvalid'));
  else if (answer.code === 'EMAIL_OF_MEMBER')
    present(() => show('ofPartner', row(link(texts().buttons.signIn, '/customers'))));
  else if (answer.reasons.length > 0) showNotEligible(answer.reasons);
  else showRetry(answer.code === 'OFFLINE' ? 'offline' : 'busy', answer.retryAfterSeconds);
}

/**
 * @param {string} what
 * @returns {Promise<{ invitation: Invitation } | { code: string, reasons: Reason[], retryAfterSeconds: number }>}
 */
async function post(what) {
  try {
    const response = await fetch(`/v1/invites/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.json().catch(() => ({}));
    if (response.ok && body.status) return { invitation: body };
    return {
      code: body.code,
      reasons: body.reasons ?? [],
      retryAfterSeconds: Number(response.headers.get('retry-after')) || 0,
    };
  } catch {
    return { code: 'OFFLINE', reasons: [], retryAfterSeconds: 0 };
  }
}

/** @param {Invitation} invitation */
function showInvitation({ name, partner, brandName, status, invite, organization, ...rest }) {
  if (rest.language in MESSAGES && !history.state?.language) language = rest.language;
  showLanguages();
  names = {
    partner: partner.name,
    customer: name,
    brand: brandName,
    organization: organization?.name ?? `For subaccount '${name}'`,
  };
  brand.textContent = brandName;
  if (status !== 'VERIFICATION_REQUIRED') return present(() => show(status));

  const showOpen = () => {
    const { labels, meaning, buttons } = texts();
    show(
      'open',
      element(
        'dl',
        ...detail(labels.partner, partner.name),
        ...detail(labels.customer, name),
        ...(invite ? [...detail(labels.email, invite.email), ...detail(labels.until, deadline(invite.expiresAt))] : []),
      ),
      element('h2', meaning.title),
      element('ul', ...meaning.points.map((point) => element('li', ...filled(point)))),
      row(
        button(buttons.accept, 'primary', () => ask('accept')),
        button(buttons.decline, 'plain', () => present(showSure)),
      ),
      element('p', ...filled(meaning.note)),
    );
  };
  const showSure = () => {
    const { buttons } = texts();
    show(
      'sure',
      row(
        button(buttons.back, 'plain', () => present(showOpen)),
        button(buttons.sure, 'danger', () => ask('decline')),
      ),
    );
  };
  present(showOpen);
}

/** Shows the program's reasons against the account, as it is now. @param {Reason[]} reasons */
function showNotEligible(reasons) {
  present(() =>
    show(
      'notEligible',
      element('ul', ...reasons.map(({ code, message }) => element('li', texts().reasons[code] ?? message))),
      row(button(texts().buttons.retry, 'primary', () => ask('preview'))),
    ),
  );
}

/**
 * A page with a button that reads the invitation again. That shows whether an answer arrived although its reply was lost.
 *
 * @param {'offline' | 'busy'} page
 * @param {number} waitSeconds the service's `Retry-After`
 */
function showRetry(page, waitSeconds) {
  const readyAt = Date.now() + waitSeconds * 1000;
  present(() => {
    const retry = button(texts().buttons.retry, 'primary', () => ask('preview'));
    show(page, row(retry));
    const seconds = Math.ceil((readyAt - Date.now()) / 1000);
    if (seconds <= 0) return;
    retry.disabled = true;
    progress.textContent = texts().progress.wait.replace('{seconds}', String(seconds));
    setTimeout(() => {
      if (!retry.isConnected) return;
      retry.disabled = false;
      progress.textContent = '';
    }, readyAt - Date.now());
  });
}

/**
 * Shows a page, and focuses its heading: a screen reader reads it, and Tab continues from there.
 *
 * @param {keyof Pages} page
 * @param {Node[]} content follows the paragraphs of the page
 */
function show(page, ...content) {
  const { title, text } = texts().pages[page];
  const heading = element('h1', ...filled(title));
  heading.tabIndex = -1;
  document.title = heading.textContent ?? '';
  view.dataset['page'] = page;
  view.replaceChildren(heading, ...text.map((paragraph) => element('p', ...filled(paragraph))), ...content);
  progress.textContent = '';
  scrollTo(0, 0);
  heading.focus();
}

/** @param {string} template @returns {(string | Node)[]} the sentence; a name in it can't change the direction of the text */
function filled(template) {
  return template
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 ? element('bdi', short(names[part] ?? '')) : part));
}

/** @param {string} name */
function short(name) {
  const characters = [...name];
  return characters.length > NAME_CHARACTERS ? `${characters.slice(0, NAME_CHARACTERS).join('')}…` : name;
}

/** @param {string} label @param {string | Node} value */
function detail(label, value) {
  const described = element('dd', element('bdi', value));
  if (typeof value === 'string' && value.length > SCROLLING_CHARACTERS) described.tabIndex = 0;
  return [element('div', element('dt', label), described)];
}

/** @param {string} expiresAt @returns the moment on the reader's clock, with the time zone */
function deadline(expiresAt) {
  const format = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const time = element('time', format.format(new Date(expiresAt)));
  time.setAttribute('datetime', expiresAt);
  return time;
}

/** @param {string} label @param {'primary' | 'plain' | 'danger'} kind @param {() => unknown} press */
function button(label, kind, press) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = kind;
  made.textContent = label;
  // The second click of a double click must not press a button that has just replaced the first one.
  made.onclick = ({ detail: clicks }) => clicks < 2 && press();
  return made;
}

/** @param {string} label @param {string} path */
function link(label, path) {
  const made = document.createElement('a');
  made.className = 'primary';
  made.href = path;
  made.textContent = label;
  return made;
}

/** @param {HTMLElement[]} buttons */
function row(...buttons) {
  const made = element('div', ...buttons);
  made.className = 'buttons';
  return made;
}

/** @param {string} tag @param {(string | Node)[]} content strings become text, never markup */
function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

// A link pasted into the same tab changes only the fragment, and going back from it changes nothing: neither loads the page.
addEventListener('popstate', start);
// The browser may show the page again from its memory, out of date.
addEventListener('pageshow', ({ persisted }) => persisted && start());
addEventListener('online', () => view.dataset['page'] === 'offline' && ask('preview'));
start();
