package io.xtokenkeeper.planted.drawer;

interface DateHelpers {}
