/** The sign-in page of the local issuer, for a demo account or any other email address, without passwords and scripts. */
import { DEMO_ACCOUNTS } from './demoAccounts.ts';

/**
 * The HTML of the page.
 *
 * @param email value of the address field
 * @param problem text that says what is wrong with the address
 */
export function signInPage(email: string, problem?: string): string {
  const accounts = DEMO_ACCOUNTS.map(
    (account) =>
      `<li><button name="email" value="${account.email}" formnovalidate><b>${account.email}</b> ${escaped(account.about)}</button></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; color: #16191f; background: #fff }
ul { list-style: none; padding: 0 }
li button, input { box-sizing: border-box; width: 100%; font: inherit; text-align: start; padding: .6rem .8rem; margin: .2rem 0; border: 1px solid #687078; border-radius: .5rem; background: #fff; color: inherit }
li button { cursor: pointer } li button:hover { background: #f2f8fd } li b { display: block }
.go { font: inherit; padding: .6rem 1.5rem; border: 0; border-radius: 2rem; background: #0b5cad; color: #fff; cursor: pointer }
:focus-visible { outline: 3px solid #0b5cad; outline-offset: 2px }
.problem { color: #a32100 }
</style>
</head>
<body>
<main>
<h1>Sign in</h1>
<p>This is the sign-in of your local stack. Nobody asks for a password.</p>
<form method="post">
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="email" required value="${escaped(email)}"${problem ? ' aria-describedby="problem" aria-invalid="true"' : ''}>
${problem ? `<p class="problem" id="problem" role="alert">${escaped(problem)}</p>` : ''}
<p><button class="go">Sign in</button></p>
</form>
<h2>Demo accounts</h2>
<form method="post"><ul>${accounts.join('')}</ul></form>
</main>
</body>
</html>`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
