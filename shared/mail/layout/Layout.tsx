/**
 * The layout of every mail: one column, no pictures, one button. `npm run mail:build` renders it; `renderMail` fills the `{{slots}}`.
 *
 * Colours are inline, for mail programs without style sheets. The style sheet changes them for dark mode.
 */
import { Body, Button, Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from 'react-email';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** The colours. In both modes, the contrast of text is at least 4.5 to 1 (WCAG 1.4.3). */
const LIGHT = {
  page: '#f3f5f8',
  card: '#ffffff',
  line: '#d5dbe3',
  text: '#1a2330',
  muted: '#525e6d',
  primary: '#0b57d0',
  onPrimary: '#ffffff',
};
const DARK = {
  page: '#10151c',
  card: '#1a212b',
  line: '#3a4553',
  text: '#e9eef4',
  muted: '#aab6c4',
  primary: '#a8c7fa',
  onPrimary: '#0a1f44',
};

const STYLE_SHEET = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.page { background-color: ${LIGHT.page}; }
@media (max-width: 480px) {
  .card { padding: 24px 20px !important; }
  .button { display: block !important; padding-left: 12px !important; padding-right: 12px !important; text-align: center !important; }
}
@media (prefers-color-scheme: dark) {
  .page { background-color: ${DARK.page} !important; }
  .card { background-color: ${DARK.card} !important; border-color: ${DARK.line} !important; }
  .line { border-color: ${DARK.line} !important; }
  .text { color: ${DARK.text} !important; }
  .muted { color: ${DARK.muted} !important; }
  .link { color: ${DARK.primary} !important; }
  .button { background-color: ${DARK.primary} !important; color: ${DARK.onPrimary} !important; }
}
`;

/** Keeps SES from changing a link: if clicks are tracked, SES leads other links through its own address. */
const NOT_TRACKED = { 'ses:no-track': '' };

const breakAnywhere = { overflowWrap: 'anywhere', wordBreak: 'break-word' } as const;
const paragraph = { margin: '0 0 16px', fontSize: '16px', lineHeight: '25px', color: LIGHT.text };
const small = { fontSize: '14px', lineHeight: '21px', color: LIGHT.muted };

/** The whole mail, with slots for its parts. */
export function Page() {
  return (
    <Html lang="{{language}}">
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <title>{'{{subject}}'}</title>
        <style>{STYLE_SHEET}</style>
      </Head>
      <Body lang="{{language}}" className="page" style={{ margin: 0, padding: 0 }}>
        <Preview useTitleTag={false}>{'{{preheader}}'}</Preview>
        <Section className="page" style={{ backgroundColor: LIGHT.page, padding: '24px 12px', fontFamily: FONT }}>
          <Container style={{ maxWidth: '600px', tableLayout: 'fixed' }}>
            <Text className="muted" style={{ ...small, margin: '0 8px 12px', fontSize: '16px', fontWeight: 600 }}>
              {'{{brand}}'}
            </Text>
            <table
              width="100%"
              border={0}
              cellPadding="0"
              cellSpacing="0"
              role="presentation"
              style={{ tableLayout: 'fixed', borderCollapse: 'separate' }}
            >
              <tbody>
                <tr>
                  <td
                    className="card"
                    style={{
                      padding: '36px 40px',
                      backgroundColor: LIGHT.card,
                      border: `1px solid ${LIGHT.line}`,
                      borderRadius: '12px',
                      ...breakAnywhere,
                    }}
                  >
                    <Heading
                      className="text"
                      style={{ margin: '0 0 20px', fontSize: '24px', lineHeight: '31px', color: LIGHT.text }}
                    >
                      {'{{title}}'}
                    </Heading>
                    {'{{before}}'}
                    {'{{facts}}'}
                    <Section style={{ padding: '28px 0 20px' }}>
                      <Button
                        className="button"
                        href="{{link}}"
                        rel="noopener noreferrer"
                        {...NOT_TRACKED}
                        style={{
                          padding: '14px 28px',
                          borderRadius: '8px',
                          backgroundColor: LIGHT.primary,
                          color: LIGHT.onPrimary,
                          fontSize: '16px',
                          fontWeight: 600,
                        }}
                      >
                        {'{{button}}'}
                      </Button>
                    </Section>
                    <Text className="muted" style={{ ...small, margin: '0 0 24px' }}>
                      {'{{orOpen}}'}
                      <br />
                      <Link
                        className="link"
                        href="{{link}}"
                        rel="noopener noreferrer"
                        {...NOT_TRACKED}
                        style={{ color: LIGHT.primary, textDecorationLine: 'underline', wordBreak: 'break-all' }}
                      >
                        {'{{link}}'}
                      </Link>
                    </Text>
                    {'{{after}}'}
                    <Hr className="line" style={{ margin: '24px 0 16px', borderTop: `1px solid ${LIGHT.line}` }} />
                    <Text className="muted" style={{ ...small, margin: 0 }}>
                      {'{{footer}}'}
                    </Text>
                  </td>
                </tr>
              </tbody>
            </table>
          </Container>
        </Section>
      </Body>
    </Html>
  );
}

/** A paragraph above or below the button. */
export function Paragraph() {
  return (
    <Text className="text" style={paragraph}>
      {'{{text}}'}
    </Text>
  );
}

/** A fact about the invitation: a label and its value. */
export function Fact() {
  return (
    <Section className="line" style={{ borderTop: `1px solid ${LIGHT.line}`, padding: '10px 0' }}>
      <Text className="muted" style={{ ...small, margin: 0 }}>
        {'{{label}}'}
      </Text>
      <Text className="text" style={{ ...paragraph, margin: 0 }}>
        {'{{value}}'}
      </Text>
    </Section>
  );
}
