/** What EventBridge Scheduler does: invokes functions at their rates. */
import type { Clock } from './clock.ts';
import type { ScheduleDefinition } from './stackDefinition.ts';

export class Schedules {
  /** Skips runs while it is set; for tests. */
  paused: boolean;
  readonly #timers: NodeJS.Timeout[];

  constructor(
    schedules: readonly ScheduleDefinition[],
    run: (schedule: ScheduleDefinition) => Promise<unknown>,
    { paused, clock }: { paused: boolean; clock: Clock },
  ) {
    this.paused = paused;
    const runNow = (schedule: ScheduleDefinition): void => {
      // What fails stands in the function's log, and the next run finds what this one left.
      if (!this.paused) run(schedule).catch(() => {});
    };
    this.#timers = schedules.map((schedule) => setInterval(() => runNow(schedule), schedule.everySeconds * 1000));
    clock.onMove((movedMs) => {
      for (const schedule of schedules) if (movedMs >= schedule.everySeconds * 1000) runNow(schedule);
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
