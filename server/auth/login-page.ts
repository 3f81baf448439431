import { escapeHtml, plainPage } from '../plain-page.ts';

export interface LoginPage {
  readonly baseUrl: string;
  readonly next: string;
  readonly xsrfToken: string;
  readonly acceptsToken: boolean;
  /** What went wrong the last time; null at first. */
  readonly problem: string | null;
}

export function loginPage({ baseUrl, next, xsrfToken, acceptsToken, problem }: LoginPage): string {
  const action = `${baseUrl}login?next=${encodeURIComponent(next)}`;
  const hint = acceptsToken
    ? `<p class="quiet">The token is in the link that the server printed when it started;
<code>jupyter server list</code> shows it again.</p>`
    : '';
  const alert = problem === null ? '' : `<p class="bad" id="problem" role="alert">${escapeHtml(problem)}</p>`;
  const described = problem === null ? '' : ' aria-invalid="true" aria-describedby="problem"';
  return plainPage(`<h1>Log in to In the Loop</h1>
${alert}
<form action="${escapeHtml(action)}" method="post">
<input type="hidden" name="_xsrf" value="${escapeHtml(xsrfToken)}">
<label for="password">${acceptsToken ? 'Password or token' : 'Password'}</label>
<input type="password" name="password" id="password" autocomplete="current-password" required autofocus${described}>
<button type="submit">Log in</button>
</form>
${hint}`);
}

export function logoutPage(baseUrl: string, enabled: boolean): string {
  const [heading, target, words] = enabled
    ? ['You are logged out', `${baseUrl}login`, 'Log in again']
    : ['Nobody needs to log in here', baseUrl, 'Go to the notebooks'];
  // What the browser keeps for working offline goes with the login, whether or not it is still wanted.
  const forget = `<script src="${escapeHtml(baseUrl)}in-the-loop-forget.js"></script>`;
  return plainPage(`<h1>${heading}</h1>\n<p><a href="${escapeHtml(target)}">${words}</a></p>\n${forget}`);
}
