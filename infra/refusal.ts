/** A sentence for the person who runs a command of the CDK. */
export class Refusal extends Error {}
