package forge

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

const (
	perPage  = 100 // the most that both forges give
	maxPages = 20
)

// list reads a list page by page. The pages are counted here and links are
// not followed: they may lead anywhere. With an error come the items read
// before it.
func list[T any](ctx context.Context, c *client, path string, read func(body []byte) ([]T, error)) ([]T, error) {
	items := []T{}
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for page := 1; ; page++ {
		if page > maxPages {
			return items, &failure{reason: fmt.Sprintf("more than %d pages: the rest was not read", maxPages)}
		}
		a, err := c.get(ctx, fmt.Sprintf("%s%sper_page=%d&page=%d", path, separator, perPage, page))
		if err != nil {
			return items, err
		}
		more, err := read(a.body)
		if err != nil {
			return items, err
		}
		items = append(items, more...)
		if len(more) == 0 || len(more) < perPage && !hasNext(a.header) {
			return items, nil
		}
	}
}

// hasNext tells whether the forge names a next page: it may give fewer items
// a page than were asked for.
func hasNext(h http.Header) bool {
	return strings.Contains(h.Get("Link"), `rel="next"`)
}

// array reads a page that is a JSON list.
func array[T any](body []byte) ([]T, error) {
	var items []T
	if err := unmarshal(body, &items); err != nil {
		return nil, err
	}
	return items, present(items)
}

// present refuses null and a field that is not there: neither is an empty
// list.
func present[T any](items []T) error {
	if items == nil {
		return &failure{reason: "the answer holds no list"}
	}
	return nil
}
