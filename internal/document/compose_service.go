package document

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"guard/internal/tree"
)

// maxServices bounds the services of one file.
const maxServices = 1000

func (r *composeReader) services(services place) {
	if services.node.Type() != tree.Map {
		return
	}
	for i, m := range services.node.Members {
		at := services.get(m.Key.Text)
		if i == maxServices {
			r.unparsable(at, fmt.Sprintf("limit exceeded: more than %d services in one file; the rest was not looked at", maxServices))
			return
		}
		if !r.spend(at) {
			return
		}
		if m.Value.IsSet() {
			r.service(m.Key.Text, r.mapping(at), services)
		}
	}
}

func (r *composeReader) service(name string, at, services place) {
	if at.node == nil {
		return
	}
	s := ComposeService{
		Name:        name,
		Path:        at.path,
		Image:       r.filled(at.get("image")),
		Build:       r.builds(at.node, services.node),
		Privileged:  r.filledFlag(at.get("privileged")),
		User:        r.filled(at.get("user")),
		APISocket:   r.filledFlag(at.get("use_api_socket")),
		NetworkMode: r.networkMode(at),
		PID:         r.filled(at.get("pid")),
		IPC:         r.filled(at.get("ipc")),
		Volumes:     r.mounts(name, at.get("volumes")),
	}
	s.Root = namesRoot(s.User.Value)
	r.doc.Compose.Services = append(r.doc.Compose.Services, s)
	r.serviceImage(&s, at)
	r.serviceSecrets(name, at.get("environment"))
	r.extends(at.get("extends"), services)
}

// maxUser is the highest user id; what is above it wraps around to root in
// some engines.
const maxUser = 1<<31 - 1

// namesRoot tells whether user[:group] is root.
func namesRoot(text string) bool {
	user, _, _ := strings.Cut(text, ":")
	if user == "root" {
		return true
	}
	id, err := strconv.ParseInt(user, 10, 64)
	return err == nil && (id <= 0 || id > maxUser) || errors.Is(err, strconv.ErrRange)
}

// networkMode also knows version 1's name of the field.
func (r *composeReader) networkMode(at place) Text {
	if at.node.Get("net").IsSet() && !at.node.Get("network_mode").IsSet() {
		return r.filled(at.get("net"))
	}
	return r.filled(at.get("network_mode"))
}

// serviceImage adds the image of a service. Of a service that is built here
// it is the name its own image gets.
func (r *composeReader) serviceImage(s *ComposeService, at place) {
	if s.Image.Value == "" {
		return
	}
	role := RoleContainer
	if s.Build {
		role = RoleBuilt
	}
	image := r.load.image(s.Image.Value, s.Image.Path, role, "service "+s.Name)
	image.Own = image.Own || s.Build
	image.PullRule = r.filled(at.get("pull_policy")).Value
	r.doc.Images = append(r.doc.Images, image)
}

// maxExtends bounds how far services of one file extend each other.
const maxExtends = 16

// builds tells whether a service has a build section, its own or that of a
// service of the same file which it extends.
func (r *composeReader) builds(service, services *tree.Node) bool {
	for range maxExtends {
		if service.Get("build").IsSet() {
			return true
		}
		extends := service.Get("extends")
		if extends.Get("file").IsSet() || !extends.IsSet() {
			return false
		}
		base := extends.Scalar() + extends.Get("service").Scalar()
		service = services.Get(base)
	}
	return false
}

// extends says when what a service builds upon cannot be found. A base in
// another file is looked at where that file is.
func (r *composeReader) extends(at, services place) {
	if !at.node.IsSet() || at.node.IsScalar() && services.node.Get(at.node.Scalar()).IsSet() {
		return
	}
	file, service := r.filled(at.get("file")), at.node.Get("service").Scalar()
	if file.Value == "" {
		if !services.node.Get(service).IsSet() {
			r.incomplete(at, "extends a service that is not in this file")
		}
		return
	}
	r.extendsFile(at.get("file"), file.Value)
}

func (r *composeReader) extendsFile(at place, file string) {
	inside := path.Join(path.Dir(r.load.source.File), file)
	if strings.HasPrefix(inside, "../") || path.IsAbs(file) {
		r.incomplete(at, "extends a service of a file outside of what is checked")
		return
	}
	if r.load.options.Lookup == nil {
		return
	}
	if _, err := r.load.options.Lookup(inside); err != nil {
		r.incomplete(at, "extends a service of a file that cannot be read")
	}
}

// serviceSecrets looks for literal secrets in environment, which is a map or
// a list of NAME=value.
func (r *composeReader) serviceSecrets(service string, at place) {
	holder := "service " + service
	switch at.node.Type() {
	case tree.Map:
		for _, m := range at.node.Members {
			r.secret(m.Key.Text, at.get(m.Key.Text), holder, "env")
		}
	case tree.List:
		for _, item := range r.list(at) {
			r.pairSecret(item, holder)
		}
	}
}

// pairSecret looks at one NAME=value.
func (r *composeReader) pairSecret(item place, holder string) {
	text, _ := item.node.Str()
	name, value, found := strings.Cut(text, "=")
	if !found {
		return
	}
	// The value does not start where its scalar does, so no column is known.
	node := &tree.Node{Kind: tree.String, Text: value}
	r.secret(name, place{node: node, path: item.path}, holder, "env")
}
