package bundle

import (
	"errors"
	"fmt"

	"guard/internal/config"
	"guard/internal/imageref"
)

// Scheme begins the name of a bundle where it could be a file as well.
const Scheme = "oci://"

// Configured is what a configuration asks for, held to all that holds for rules
// that decide. The error is a [config.Error].
func Configured(p config.Policy) (Want, error) {
	name, _ := p.Bundle()
	want := Want{Reference: (*imageref.Classifier)(nil).Parse(name), AtLeast: p.AtLeast, Ordered: true}
	switch {
	case want.Reference.Invalid != "":
		return want, At(p, fmt.Errorf("%q: %s", p.Value, want.Reference.Invalid), true)
	case p.AtLeast != "" && !IsVersion(p.AtLeast):
		return want, At(p, fmt.Errorf("at-least: expected a semantic version such as 1.4.0, found %q", p.AtLeast), true)
	}
	return want, nil
}

// At says where the configuration asks for what could not be had. Where it
// asks for what is refused, or is wrong itself, that is an error of the
// configuration.
func At(p config.Policy, err error, wrong bool) error {
	if refused := new(RefusedError); wrong || errors.As(err, &refused) {
		return &config.Error{Place: p.Place, Message: err.Error()}
	}
	return fmt.Errorf("%s:%d: %w", p.Place.File, p.Place.Line, err)
}
