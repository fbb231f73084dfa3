package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/registry/signature"
	"guard/internal/tree"
)

// ReadTrust returns the trust policy of the configuration with its files read,
// its conditions compiled, and proves that it can mean something. The reader is
// given paths as the configuration writes them. The error is [Errors].
func (c *Config) ReadTrust(read func(path string) ([]byte, error), compile func(condition string) (signature.Condition, error)) (signature.Policy, error) {
	return c.readTrust("trust", c.Trust, read, compile)
}

// ReadPolicyTrust is ReadTrust for what must be proved of bundles of rules.
func (c *Config) ReadPolicyTrust(read func(path string) ([]byte, error), compile func(condition string) (signature.Condition, error)) (signature.Policy, error) {
	return c.readTrust("policy-trust", c.PolicyTrust, read, compile)
}

func (c *Config) readTrust(key string, policy signature.Policy, read func(path string) ([]byte, error), compile func(condition string) (signature.Condition, error)) (signature.Policy, error) {
	policy, err := policy.Read(read)
	if err == nil {
		policy, err = policy.Compile(compile)
	}
	if err == nil {
		err = policy.Validate()
	}
	if err == nil {
		return policy, nil
	}
	var errs Errors
	for _, one := range joined(err) {
		errs = append(errs, c.trustError(key, one))
	}
	return signature.Policy{}, errs
}

// joined are the errors that errors.Join put together.
func joined(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// trustError gives a mistake its place in the file, below a key.
func (c *Config) trustError(key string, err error) *Error {
	out := &Error{Place: Place{File: c.File}, Message: key + strings.TrimPrefix(err.Error(), "trust")}
	var wrong *signature.FieldError
	if !errors.As(err, &wrong) {
		return out
	}
	field := key + strings.TrimPrefix(strings.ReplaceAll(wrong.Field, "_", "-"), "trust")
	out.Path = fieldPath(field)
	message := wrong.Message
	if !wrong.Verbatim {
		message = strings.ReplaceAll(message, "_", "-")
	}
	out.Message = fmt.Sprintf("%s: %s", field, message)
	if parts := tree.ParseYAML(c.Text); len(parts) > 0 && parts[0].Root != nil {
		node, _ := parts[0].Root.At(out.Path)
		out.Line, out.Column = int(node.Line), int(node.Column)
	}
	return out
}

// fieldPath reads trust[0].authorities[1].keys.
func fieldPath(field string) finding.Path {
	var path finding.Path
	for _, part := range strings.Split(field, ".") {
		name, index, indexed := strings.Cut(part, "[")
		path = path.With(name)
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); indexed && err == nil {
			path = path.With(i)
		}
	}
	return path
}

func (d *decoder) trust(into *signature.Policy) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var t signature.Trust
			d.fields(at,
				field{"images", d.strs(&t.Images)},
				field{"authorities", d.authorities(&t.Authorities)},
				field{"threshold", d.threshold(&t.Threshold)},
				field{"attestations", d.attestations(&t.Attestations)},
				field{"index-covers-platforms", d.flag(&t.IndexCoversPlatforms)},
				field{"same-repository", d.flag(&t.SameRepository)},
			)
			into.Trust = append(into.Trust, t)
		})
	}
}

func (d *decoder) attestations(into *[]signature.Attestation) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var a signature.Attestation
			d.fields(at,
				field{"name", d.text(&a.Name)},
				field{"predicate-type", d.text(&a.PredicateType)},
				field{"authorities", d.authorities(&a.Authorities)},
				field{"threshold", d.threshold(&a.Threshold)},
				field{"condition", d.text(&a.Condition)},
				field{"condition-file", d.text(&a.ConditionFile)},
			)
			if a.Condition != "" && a.ConditionFile != "" {
				d.fail(at, "%s: expected either condition or condition-file, found both", at.name())
			}
			*into = append(*into, a)
		})
	}
}

func (d *decoder) authorities(into *[]signature.Authority) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var a signature.Authority
			var root string
			d.fields(at,
				field{"name", d.text(&a.Name)},
				field{"keys", d.keys(&a.Keys)},
				field{"identities", d.identities(&a.Identities)},
				field{"trusted-root", d.text(&root)},
				field{"trusted-root-file", d.text(&a.TrustedRootFile)},
				field{"no-transparency-log", d.flag(&a.NoTransparencyLog)},
				field{"logs", d.count(&a.Logs)},
				field{"signed-timestamp", d.flag(&a.SignedTimestamp)},
				field{"signed-certificate-timestamp", d.flag(&a.SignedCertificateTimestamp)},
			)
			a.TrustedRoot = []byte(root)
			if root != "" && a.TrustedRootFile != "" {
				d.fail(at, "%s: expected either trusted-root or trusted-root-file, found both", at.name())
			}
			*into = append(*into, a)
		})
	}
}

func (d *decoder) keys(into *[]signature.Key) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var k signature.Key
			d.fields(at,
				field{"pem", d.text(&k.PEM)},
				field{"file", d.text(&k.File)},
				field{"not-before", d.moment(&k.NotBefore)},
				field{"not-after", d.moment(&k.NotAfter)},
			)
			if k.PEM != "" && k.File != "" {
				d.fail(at, "%s: expected either pem or file, found both", at.name())
			}
			*into = append(*into, k)
		})
	}
}

func (d *decoder) identities(into *[]signature.Identity) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			var i signature.Identity
			d.fields(at,
				field{"issuer", d.text(&i.Issuer)},
				field{"issuer-regexp", d.text(&i.IssuerRegexp)},
				field{"subject", d.text(&i.Subject)},
				field{"subject-regexp", d.text(&i.SubjectRegexp)},
				field{"extensions", d.texts(&i.Extensions)},
			)
			*into = append(*into, i)
		})
	}
}

func (d *decoder) texts(into *map[string]string) func(cursor) {
	return func(c cursor) {
		*into = map[string]string{}
		d.members(c, func(key string, _, at cursor) {
			var text string
			d.text(&text)(at)
			(*into)[key] = text
		})
	}
}

func (d *decoder) flag(into *bool) func(cursor) {
	return func(c cursor) {
		value, ok := c.node.Bool()
		if !ok {
			d.wrongType(c, "true or false")
			return
		}
		*into = value
	}
}

// threshold reads how many must sign: a number, or all.
func (d *decoder) threshold(into *int) func(cursor) {
	return func(c cursor) {
		if text, ok := c.node.Str(); ok && text == "all" {
			*into = signature.All
			return
		}
		d.count(into)(c)
	}
}

// count reads a number of at least one.
func (d *decoder) count(into *int) func(cursor) {
	return func(c cursor) {
		n, err := strconv.Atoi(c.node.Scalar())
		if c.node.Kind != tree.Number || err != nil || n < 1 {
			d.fail(c, "%s: expected a number from 1 on, found %q", c.name(), c.node.Scalar())
			return
		}
		*into = n
	}
}

// moment reads a day or a time in RFC 3339.
func (d *decoder) moment(into *time.Time) func(cursor) {
	return func(c cursor) {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if at, err := time.Parse(layout, c.node.Scalar()); err == nil {
				*into = at
				return
			}
		}
		d.fail(c, "%s: expected a date like 2027-01-31 or a time like 2027-01-31T12:00:00Z, found %q", c.name(), c.node.Scalar())
	}
}
