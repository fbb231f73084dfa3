package ruledocs

import (
	"fmt"
	"slices"
)

// category is the rules whose ids begin alike.
type category struct {
	Name  string
	Pages []page
}

// categories divides pages, in their order.
func categories(pages []page) []category {
	var all []category
	for _, p := range pages {
		i := slices.IndexFunc(all, func(c category) bool { return c.Name == p.Category })
		if i < 0 {
			i, all = len(all), append(all, category{Name: p.Category})
		}
		all[i].Pages = append(all[i].Pages, p)
	}
	return all
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
