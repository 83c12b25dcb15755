package io.xtokenkeeper.encryption;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Maps each {@link Ciphertext} attribute of an entity to a {@code bytea} column. */
@Converter(autoApply = true)
public class CiphertextConverter implements AttributeConverter<Ciphertext, byte[]> {
    @Override
    public byte[] convertToDatabaseColumn(Ciphertext ciphertext) {
        return ciphertext == null ? null : ciphertext.bytes();
    }

    @Override
    public Ciphertext convertToEntityAttribute(byte[] column) {
        return column == null ? null : new Ciphertext(column);
    }
}
