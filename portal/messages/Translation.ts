/** What a translation must have: the English messages are the measure. */

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type PluralBase<Key> = Key extends `${infer Base}_${PluralForm}` ? Base : never;

/**
 * The same messages in another language. Of a message that depends on a number (`rows_one`, `rows_other`) each language has
 * the forms that it needs; that none is missing is tested.
 */
export type Translation<English> = {
  [Key in keyof English as Key extends `${string}_${PluralForm}` ? never : Key]: English[Key] extends string
    ? string
    : Translation<English[Key]>;
} & { [Base in PluralBase<keyof English> as `${Base}_other`]: string } & {
  [Base in PluralBase<keyof English> as `${Base}_${'zero' | 'one' | 'two' | 'few' | 'many'}`]?: string;
};
