package io.xtokenkeeper.planted.drawer;

interface StringUtils {}
