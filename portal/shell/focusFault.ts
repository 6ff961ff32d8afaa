/** The message of a field that has a fault (design system, FormField). */
const FAULT = '[id$="-error"]';
const CONTROL = 'input:not([disabled]), textarea, button:not([disabled])';

/** Moves the focus to the first field of a form that has a fault, once the form is drawn. Without a fault, the focus stays. */
export function focusFault(form: Element | null): void {
  requestAnimationFrame(() => {
    const fault = form?.querySelector(FAULT);
    const described = fault && form?.querySelector<HTMLElement>(`[aria-describedby~="${CSS.escape(fault.id)}"]`);
    // A group of choices can't have the focus itself.
    (described?.matches(CONTROL) ? described : described?.querySelector<HTMLElement>(CONTROL))?.focus();
  });
}
