const KILOGRAMS_IN_A_POUND = 0.45359237;

/** Kilograms with two decimals, of which the pounds come back as they were entered (to a tenth). */
export const inKilograms = (pounds: number): number => Math.round(pounds * KILOGRAMS_IN_A_POUND * 100) / 100;
export const inPounds = (kilograms: number): number => Math.round((kilograms / KILOGRAMS_IN_A_POUND) * 10) / 10;
