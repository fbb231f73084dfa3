package policy

import (
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// The bounds of the texts that lists take in.
const (
	maxWords = 2000
	maxWord  = 256 // bytes
)

// wordCollector collects the texts in the inputs of tests: a list that takes
// all of them in must be noticed, unless the tests show nothing outside of it.
type wordCollector struct {
	mu    sync.Mutex
	words map[string]bool
}

// builtins are those of unit tests, of which every result is looked through.
func (c *wordCollector) builtins() map[string]*topdown.Builtin {
	collecting := map[string]*topdown.Builtin{}
	for name, builtin := range testBuiltins {
		collecting[name] = &topdown.Builtin{Decl: builtin.Decl, Func: func(at topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
			return builtin.Func(at, operands, func(result *ast.Term) error {
				c.collect(result)
				return iter(result)
			})
		}}
	}
	return collecting
}

func (c *wordCollector) collect(result *ast.Term) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ast.WalkTerms(result, func(t *ast.Term) bool {
		if text, is := t.Value.(ast.String); is && len(text) <= maxWord && len(c.words) < maxWords {
			c.words[string(text)] = true
		}
		return len(c.words) == maxWords
	})
}

func (c *wordCollector) list() []string { return slices.Sorted(maps.Keys(c.words)) }
