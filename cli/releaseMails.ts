/**
 * `npm run release-mails -- <environment> --restored-to TIME --lost-at TIME`: shows the mails that a restored table owes, and which of them
 * may have left before the loss. With `--give-up`, gives up the latter: nobody gets them twice when the mails are released.
 */
import { argumentsOf, momentOf } from './commandLine.ts';
import { environmentNamed, holdsMails, variablesOf } from './environments.ts';

const USAGE = `npm run release-mails -- <environment> --restored-to TIME --lost-at TIME [--give-up]

  --restored-to  the moment to which the table was restored, such as 2026-11-27T08:00:00Z
  --lost-at      the moment until which the lost table was in use
  --give-up      gives up the mails that may have left before the loss. Without it, nothing changes`;

async function run(): Promise<void> {
  const { name, values } = argumentsOf(USAGE, {
    'restored-to': { type: 'string' },
    'lost-at': { type: 'string' },
    'give-up': { type: 'boolean', default: false },
  });
  // As the table writes moments, so that they can be compared as texts.
  const loss = {
    restoredTo: momentOf(USAGE, 'restored-to', values['restored-to']).toISOString(),
    lostAt: momentOf(USAGE, 'lost-at', values['lost-at']).toISOString(),
  };
  if (loss.restoredTo > loss.lostAt)
    throw new Error('The table is restored to a moment before its loss: exchange the times.');
  const environment = await environmentNamed(name);
  if (values['give-up'] && !(await holdsMails(environment)))
    throw new Error(
      `deliverMail holds no mails, so those that wait are not of a restore: set "hold" to true in deploy/${name}.json and deploy first, or leave out --give-up.`,
    );
  Object.assign(process.env, await variablesOf(environment));
  // Loaded now, because it finds the table by these variables.
  const { giveUp, mayHaveLeft, owedMails } = await import('../shared/mail/heldMails.ts');
  let [doubtful, safe] = [0, 0];
  for await (const owed of owedMails()) {
    const mayBe = mayHaveLeft(owed, loss, environment.program);
    if (mayBe) doubtful += 1;
    else safe += 1;
    console.log(`${owed.at}  ${owed.mail.kind}  ${owed.key.pk} ${owed.key.sk}  ${mayBe ? 'may have left' : 'is new'}`);
    if (mayBe && values['give-up']) await giveUp(owed);
  }
  console.log(
    values['give-up']
      ? `${doubtful} given up. ${safe} leave when the mails are released: set "hold" to false in deploy/${name}.json, then npm run deploy -- ${name}.`
      : `${doubtful} may have left before the loss, ${safe} are new. Add --give-up to give up those that may have left.`,
  );
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
