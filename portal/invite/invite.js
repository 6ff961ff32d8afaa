/**
 * The page behind the emailed link: shows the invitation, and confirms or declines it. Loading the page only asks for a preview, which
 * changes nothing, because mail scanners open links and run scripts. Only a pressed button answers.
 *
 * It is also the page of the copied link, which has no token: there the button *Sign in and confirm* keeps the intent to confirm for the
 * portal (`portal/signIn/confirmIntent.ts`).
 */
import { findInvitation } from './findInvitation.js';
import { LANGUAGE_NAMES, MESSAGES } from './messages.js';

/**
 * @typedef {import('./messages.js').Pages} Pages
 * @typedef {{
 *   id: string, name: string, partner: { name: string }, brandName: string, mayNeedApproval?: boolean, language: string,
 *   status: 'VERIFICATION_REQUIRED' | 'APPROVAL_REQUIRED' | 'ACTIVE' | 'SUSPENDED' | 'DECLINED' | 'REJECTED' | 'EXPIRED',
 *   invite: { email: string, expiresAt: string } | null, organization: { name: string } | null,
 *   noMoreInvitationsUntil?: string,
 * }} Invitation the invitation as the contract describes it
 * @typedef {{ code: string, message: string }} Reason a rule of the program that the account doesn't meet
 * @typedef {'preview' | 'accept' | 'decline' | 'allow'} Request an endpoint under /v1/invites
 */

/** The longest wait for an answer: the gateway itself gives up after 30 s. */
const TIMEOUT_MS = 35_000;
/** A longer name is cut in sentences. The details below show all of it. */
const NAME_CHARACTERS = 80;
/** The name under which the portal takes the intent to confirm, once: `takeOnce` of `portal/signIn/once.ts`. */
const INTENT_KEPT_AS = 'portal.once.confirm';
/** A longer detail scrolls in its own box. The box needs the keyboard's focus, which Safari doesn't give it by default. */
const SCROLLING_CHARACTERS = 200;

const view = /** @type {HTMLElement} */ (document.getElementById('view'));
const progress = /** @type {HTMLElement} */ (document.getElementById('progress'));
const brand = /** @type {HTMLElement} */ (document.getElementById('brand'));
const languages = /** @type {HTMLElement} */ (document.getElementById('languages'));

/** The link's proof of the mailbox; undefined for a link that was copied without it. @type {string | undefined} */
let token;
/** The customer whose invitation the link names; undefined if the link names none. @type {string | undefined} */
let customerId;
/** The names that sentences contain. @type {Record<string, string>} */
let names = {};
/** The customer's name as the person has corrected it; undefined if it is unchanged. @type {string | undefined} */
let correctedName;
/** The fault of the corrected name. @type {keyof import('./messages.js').Messages['wrongName'] | undefined} */
let wrongName;
/** The request under way. @type {Request | undefined} */
let asking;
/** How many requests this page has begun, and links it has opened. */
let begun = 0;
/** Shows the current page once more. */
let showAgain = () => {};
let language = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in MESSAGES) ?? 'en';
const texts = () => /** @type {import('./messages.js').Messages} */ (MESSAGES[language]);

/**
 * Removes the token from the address bar, where people would see, copy and keep it, with everything that is stuck to it. The address of the
 * copied link stays. The token moves into the state of this history entry: there it survives a refresh and going back, and no other page of
 * the tab can read it, unlike in sessionStorage.
 */
function takeToken() {
  const found = findInvitation(location.pathname + location.search + location.hash);
  const address = `/invite/accept/${found.customerId ?? ''}`;
  const state = found.token ? { ...history.state, token: found.token } : history.state;
  history.replaceState(state, '', address);
  ({ customerId } = found);
  // Earlier versions kept an empty token of a damaged link.
  token = history.state?.token || undefined;
  language = history.state?.language ?? language;
}

function start() {
  takeToken();
  // Forget the invitation that this tab has shown before.
  names = {};
  correctedName = undefined;
  wrongName = undefined;
  asking = undefined;
  begun += 1;
  forgetIntent();
  brand.textContent = '';
  showLanguages();
  if (isOld()) present(() => show('oldBrowser'));
  else if (token !== undefined) ask('preview');
  else showSignIn(customerId === undefined ? 'linkInvalid' : 'noToken');
}

/** Whether the browser lacks something that the page needs, as browsers of 2020 do. */
const isOld = () => [window.fetch, window.AbortController, view.replaceChildren].some((needed) => !needed);

/** Starts, or says why not. A browser that can't show a page at all shows the text of `index.html`. */
function begin() {
  try {
    start();
    document.getElementById('late')?.remove();
  } catch {
    document.documentElement.className = 'failed';
  }
}

/**
 * Shows the page of a link that has no token, or whose token opens nothing. It offers the way by signing in, which needs no token.
 *
 * @param {'noToken' | 'linkInvalid'} page
 */
function showSignIn(page) {
  const id = customerId;
  present(() => {
    const { buttons, dataBlocked } = texts();
    const answers = `/my/invitations/${id}`;
    const read = link(buttons.signInToRead, answers, 'plain');
    read.onclick = forgetIntent;
    const ways =
      id === undefined
        ? [link(buttons.signIn, '/my/invitations', 'primary')]
        : [
            button(buttons.signInAndConfirm, 'primary', () => {
              keepIntent(id);
              location.assign(answers);
            }),
            read,
          ];
    show(page, ...(keepsData() ? [] : [element('p', dataBlocked)]), row(...ways));
  });
}

/** Whether the browser keeps data of this site. Signing in needs that. */
function keepsData() {
  try {
    sessionStorage.setItem(INTENT_KEPT_AS, '');
    sessionStorage.removeItem(INTENT_KEPT_AS);
    return true;
  } catch {
    return false;
  }
}

/** Keeps the intent to confirm in this tab. Without storage, the person confirms after signing in. @param {string} customerId */
function keepIntent(customerId) {
  try {
    sessionStorage.setItem(INTENT_KEPT_AS, JSON.stringify({ customerId, at: Date.now() }));
  } catch {
    // Storage is switched off.
  }
}

/** Ends an intent that the portal has not taken, as after a lost connection: the person is on this page, and can press again. */
function forgetIntent() {
  try {
    sessionStorage.removeItem(INTENT_KEPT_AS);
  } catch {
    // Storage is switched off: nothing was kept.
  }
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
 * Sends the token and shows the answer. Buttons and fields are disabled meanwhile, so that a double click sends once.
 *
 * @param {Request} what
 * @param {object} [fields] more fields of the request
 * @returns {Promise<void>}
 */
async function ask(what, fields) {
  begun += 1;
  const own = begun;
  asking = what;
  /** @type {NodeListOf<HTMLButtonElement | HTMLInputElement>} */
  const controls = view.querySelectorAll('button, input');
  for (const control of controls) control.disabled = true;
  progress.textContent = texts().progress[what];
  const answer = await post(what, fields);
  // Another link was opened in this tab meanwhile, or the network came back and the page asks again.
  if (own !== begun) return;
  asking = undefined;
  if ('invitation' in answer) {
    showInvitation(answer.invitation);
    if (what === 'allow') progress.replaceChildren(...filled(texts().allowed));
  }
  // The invitation was answered elsewhere, or has expired: show its status.
  else if (answer.code === 'CUSTOMER_STATUS') await ask('preview');
  else if (what === 'accept' && answer.code === 'VALIDATION_FAILED') showWrongName('refused');
  // Only the name can be that long: the token has opened the page.
  else if (what === 'accept' && answer.code === 'BODY_TOO_LARGE') showWrongName('tooLong');
  else if (['INVITE_LINK_INVALID', 'VALIDATION_FAILED', 'BODY_TOO_LARGE'].includes(answer.code))
    showSignIn('linkInvalid');
  else if (answer.code === 'EMAIL_OF_MEMBER')
    present(() => show('ofPartner', row(link(texts().buttons.signIn, '/customers', 'primary'))));
  else if (answer.reasons.length > 0) showNotEligible(answer.reasons);
  else showRetry(answer.code === 'OFFLINE' ? 'offline' : 'busy', answer.retryAfterSeconds);
}

/**
 * @param {string} what
 * @param {object} [fields]
 * @returns {Promise<{ invitation: Invitation } | { code: string, reasons: Reason[], retryAfterSeconds: number }>}
 */
async function post(what, fields) {
  // Browsers of 2022 don't have `AbortSignal.timeout`.
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(`/v1/invites/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...fields }),
      signal: controller.signal,
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
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Invitation} invitation */
function showInvitation({ id, name, partner, brandName, mayNeedApproval, status, invite, organization, ...rest }) {
  if (rest.language in MESSAGES && !history.state?.language) language = rest.language;
  showLanguages();
  names = {
    partner: partner.name,
    customer: name,
    brand: brandName,
    organization: organization?.name ?? '',
  };
  brand.textContent = brandName;
  const { noMoreInvitationsUntil: until } = rest;
  if (status === 'ACTIVE')
    return present(() => show('ACTIVE', row(link(texts().buttons.toClouds, `/my/invitations/${id}`, 'primary'))));
  if (status === 'DECLINED' && until !== undefined)
    return present(() => {
      names['until'] = moment(until);
      show('blocked', row(button(texts().buttons.allow, 'plain', () => ask('allow'))));
    });
  if (status !== 'VERIFICATION_REQUIRED') return present(() => show(status));

  let noMore = false;
  const showOpen = () => {
    const { labels, meaning, buttons } = texts();
    const { serves, organization, approved, staff } = meaning.points;
    show(
      'open',
      element(
        'dl',
        ...detail(labels.partner, partner.name),
        ...(invite ? [...detail(labels.email, invite.email), ...detail(labels.until, deadline(invite.expiresAt))] : []),
      ),
      nameField(name),
      element('h2', meaning.title),
      element(
        'ul',
        ...[serves, mayNeedApproval ? approved : organization, staff].map((point) => element('li', ...filled(point))),
      ),
      row(
        button(buttons.accept, 'primary', accept),
        button(buttons.decline, 'plain', () => present(showSure)),
      ),
      element('p', ...filled(meaning.note)),
    );
    if (wrongName) document.getElementById('name')?.focus();
  };
  const showSure = () => {
    const { buttons, labels } = texts();
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = noMore;
    box.onchange = () => {
      noMore = box.checked;
    };
    const choice = element('label', box, element('span', ...filled(labels.noMore)));
    choice.className = 'choice';
    show(
      'sure',
      choice,
      row(
        button(buttons.back, 'plain', () => present(showOpen)),
        button(buttons.sure, 'danger', () => ask('decline', noMore ? { noMoreInvitations: true } : {})),
      ),
    );
  };
  present(showOpen);
}

/** The field with the customer's name, in which the person corrects the name. @param {string} name the name that the partner gave */
function nameField(name) {
  const { labels } = texts();
  const label = /** @type {HTMLLabelElement} */ (element('label', labels.customer));
  const input = document.createElement('input');
  input.id = 'name';
  input.autocomplete = 'off';
  input.dir = 'auto';
  input.value = name;
  // A field holds one line. A name of several lines isn't changed unless the person types.
  const given = input.value;
  input.value = correctedName ?? given;
  input.oninput = () => {
    correctedName = input.value === given ? undefined : input.value;
  };
  label.htmlFor = input.id;
  const about = element('p', ...filled(labels.customerText));
  about.id = 'name-text';
  about.className = 'hint';
  input.setAttribute('aria-describedby', about.id);
  const made = element('div', label, about, input);
  made.className = 'field';
  if (wrongName) {
    const wrong = element('p', texts().wrongName[wrongName]);
    wrong.id = 'name-wrong';
    wrong.className = 'wrong';
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', `${wrong.id} ${about.id}`);
    made.append(wrong);
  }
  return made;
}

function accept() {
  if (correctedName !== undefined && correctedName.trim() === '') return showWrongName('empty');
  wrongName = undefined;
  return ask('accept', correctedName === undefined ? {} : { name: correctedName });
}

/** Shows the page again, with what is wrong at the name. @param {keyof import('./messages.js').Messages['wrongName']} wrong */
function showWrongName(wrong) {
  wrongName = wrong;
  showAgain();
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

/** @param {string} at @returns the moment on the reader's clock, with the time zone */
function moment(at) {
  /** @type {Intl.DateTimeFormatOptions} */
  const day =
    language === 'vi'
      ? { day: '2-digit', month: '2-digit', year: 'numeric' }
      : { day: 'numeric', month: 'long', year: 'numeric' };
  const format = new Intl.DateTimeFormat(language, {
    ...day,
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return format.format(new Date(at));
}

/** @param {string} expiresAt */
function deadline(expiresAt) {
  const time = element('time', moment(expiresAt));
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

/** @param {string} label @param {string} path @param {'primary' | 'plain'} kind */
function link(label, path, kind) {
  const made = document.createElement('a');
  made.className = kind;
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
addEventListener('popstate', begin);
// The browser may show the page again from its memory, out of date.
addEventListener('pageshow', ({ persisted }) => persisted && begin());
addEventListener('online', () => view.dataset['page'] === 'offline' && ask('preview'));
begin();
