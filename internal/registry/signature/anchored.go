package signature

import (
	"fmt"
	"regexp"
	"strings"
)

// CompileAnchored compiles an expression that must match a whole text. It must
// say so itself, by ^ and $, so that nobody reads it as more than it is; and is
// wrapped once more, so that ^a|b$ does not match "axb".
func CompileAnchored(expression string) (*regexp.Regexp, error) {
	if !strings.HasPrefix(expression, "^") || !strings.HasSuffix(expression, "$") || strings.HasSuffix(expression, `\$`) {
		return nil, fmt.Errorf("%q is not anchored: it must begin with ^ and end with $", expression)
	}
	if _, err := regexp.Compile(expression); err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", expression, err)
	}
	whole, err := regexp.Compile(`\A(?:` + expression + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", expression, err)
	}
	return whole, nil
}
