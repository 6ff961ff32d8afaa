/** What EventBridge Scheduler does: invokes functions at their rates. */
import type { ScheduleDefinition } from './stackDefinition.ts';

export class Schedules {
  /** Skips runs while it is set; for tests. */
  paused: boolean;
  readonly #timers: NodeJS.Timeout[];

  constructor(
    schedules: readonly ScheduleDefinition[],
    run: (schedule: ScheduleDefinition) => Promise<unknown>,
    paused: boolean,
  ) {
    this.paused = paused;
    this.#timers = schedules.map((schedule) =>
      setInterval(() => {
        // What fails stands in the function's log, and the next run finds what this one left.
        if (!this.paused) run(schedule).catch(() => {});
      }, schedule.everySeconds * 1000),
    );
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
