package metadata

import (
	"errors"
	"fmt"

	"guard/internal/pipeline/logic"
)

// image is one name that the tags are given to.
type image struct {
	name    string
	enabled logic.Answer
}

// parseImages reads the input "images": names line by line, or all on one line
// with commas between them.
func (a *alphabet) parseImages(list []line) ([]image, *problemAt) {
	if len(list) == 1 {
		if images, ok := oldImages(list[0].text); ok {
			return images, nil
		}
	}
	var images []image
	for _, l := range list {
		i, err := a.parseImage(l.text)
		if err != nil {
			return nil, &problemAt{l.number, err}
		}
		images = append(images, i)
	}
	return images, nil
}

func oldImages(text string) ([]image, bool) {
	fields, err := cells(text)
	if err != nil {
		return nil, false
	}
	var images []image
	for _, field := range fields {
		name, _, pair := cutPair(field)
		if pair {
			return nil, false
		}
		images = append(images, image{name: name, enabled: logic.Yes})
	}
	return images, true
}

func (a *alphabet) parseImage(text string) (image, error) {
	i := image{enabled: logic.Yes}
	fields, err := cells(text)
	if err != nil {
		return i, err
	}
	for _, field := range fields {
		name, value, pair := cutPair(field)
		switch {
		case !pair:
			i.name = name
		case !plain(name):
			return i, errUnknown{a.reason(name)}
		case name == "name":
			i.name = value
		case name == "enable":
			if i.enabled, err = a.switched(value); err != nil {
				return i, err
			}
		default:
			return i, fmt.Errorf("%q is neither name nor enable", name)
		}
	}
	if i.name == "" {
		return i, errors.New("the image has no name")
	}
	return i, nil
}

// switched reads true or false; anything else is an error.
func (a *alphabet) switched(value string) (logic.Answer, error) {
	switch {
	case value == "true":
		return logic.Yes, nil
	case value == "false":
		return logic.No, nil
	case !plain(value):
		return logic.Maybe(a.reason(value)), nil
	}
	return logic.No, fmt.Errorf("enable=%s is neither true nor false", value)
}
