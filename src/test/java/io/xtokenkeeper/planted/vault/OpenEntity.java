package io.xtokenkeeper.planted.vault;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/** An entity that anybody could return as JSON. */
public abstract class OpenEntity extends PanacheEntityBase {}
