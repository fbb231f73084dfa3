package azure

import (
	"slices"
	"strings"
)

// lower is the form in which names are kept, since Azure compares them without
// case.
func lower(text string) string { return strings.ToLower(text) }

// equalFold tells whether two names are one to Azure.
func equalFold(a, b string) bool { return strings.EqualFold(a, b) }

// sortedKeys lists names in an order that does not depend on chance.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
