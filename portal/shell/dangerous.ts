/** The looks of buttons for actions that take something away. The design system has no such buttons. Contrasts are at least 4.5 (WCAG 1.4.3). */
import type { ButtonProps } from '@cloudscape-design/components/button';

const RED = 'light-dark(#d91515, #ff7a7a)';
const DEEP_RED = 'light-dark(#a10f0f, #ffa3a3)';
const PAPER = 'light-dark(#ffffff, #161d26)';
const TINT = 'light-dark(#fff1f1, #3a1414)';

/** The button that carries the action out. */
export const DANGEROUS_PRIMARY: ButtonProps.Style = {
  root: {
    background: { default: RED, hover: DEEP_RED, active: DEEP_RED },
    borderColor: { default: RED, hover: DEEP_RED, active: DEEP_RED },
    color: { default: PAPER, hover: PAPER, active: PAPER },
  },
};

/** The button that asks first. */
export const DANGEROUS: ButtonProps.Style = {
  root: {
    background: { default: 'transparent', hover: TINT, active: TINT },
    borderColor: { default: RED, hover: DEEP_RED, active: DEEP_RED },
    color: { default: RED, hover: DEEP_RED, active: DEEP_RED },
  },
};
