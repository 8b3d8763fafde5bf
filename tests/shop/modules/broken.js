// Loaded only while the fault `script-error` is on.

const basket = undefined;
basket.open();
