// Stands for a library that is loaded by those the pack uses, and never called.
"use strict";
module.exports = {};
