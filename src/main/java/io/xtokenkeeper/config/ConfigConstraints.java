package io.xtokenkeeper.config;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.validator.PredefinedScopeHibernateValidator;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.hibernate.validator.metadata.BeanMetaDataClassNormalizer;

/**
 * Validates the constraints of {@link KeeperConfig} where Quarkus does not run, as in {@code keeper doctor}. The validator
 * is created when this class is initialized; in a native binary that is at build time, because nothing can be looked up by
 * its name at run time.
 */
public final class ConfigConstraints {
    public static final Validator VALIDATOR = Validation.byProvider(PredefinedScopeHibernateValidator.class)
            .configure()
            .ignoreXmlConfiguration()
            .builtinConstraints(Stream.of(Range.class, Min.class, Max.class, DurationMin.class, DurationMax.class)
                    .map(Class::getName)
                    .collect(Collectors.toSet()))
            .initializeBeanMetaData(
                    Stream.concat(Stream.of(KeeperConfig.class), Stream.of(KeeperConfig.class.getDeclaredClasses()))
                            .collect(Collectors.toSet()))
            .beanMetaDataClassNormalizer(new Interfaces())
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    private ConfigConstraints() {}

    /** The constraints are declared on the interface that SmallRye's generated class implements; it implements only one. */
    private static final class Interfaces implements BeanMetaDataClassNormalizer {
        @Override
        @SuppressWarnings("unchecked") // the interface of a class is a supertype of it
        public <T> Class<? super T> normalize(Class<T> type) {
            return type.isInterface() ? type : (Class<? super T>) type.getInterfaces()[0];
        }
    }
}
