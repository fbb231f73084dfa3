package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/imageref"
	"guard/internal/registry"
)

const imageHelp = `Image says what an image is, on every platform it has: its digest, user, labels,
environment, entry point and history. REF is an image in a registry, or

  oci:DIR[:TAG]              an image layout on disk
  oci-archive:FILE[:TAG]     one in a tar file
  docker-archive:FILE[:TAG]  what docker save writes

Secrets in it are not shown.

` + registryHelp + `

Exit codes:
  0  the image was read
  2  the call is wrong
  3  the image could not be read: it is not there, or may not be seen, or the
     registry cannot be asked, or answers what cannot be`

const imageExample = `  guard image ghcr.io/acme/shop:1.4.2
  guard image ghcr.io/acme/shop@sha256:… -o json
  guard image localhost:5000/shop:dev --registry-allow localhost --registry-insecure localhost
  docker save shop:dev -o shop.tar && guard image docker-archive:shop.tar`

func newImage(w *World) *cobra.Command {
	var f registryFlags
	var format string
	cmd := &cobra.Command{
		Use:               "image REF",
		Short:             "Show what an image is: digest, platforms, user, labels",
		Long:              imageHelp,
		Example:           imageExample,
		ValidArgsFunction: imageCompletion,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected one image, found %d", len(args))
			}
			if format != "text" && format != "json" {
				return usagef(cmd, "unknown format %q, expected text or json", format)
			}
			image, err := readImage(cmd, w, &f, args[0])
			if err != nil {
				return err
			}
			return writeImage(w, format, withoutSecrets(image))
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&format, "output", "o", "text", "`format`: text or json")
	completeFixed(cmd, "output", "text", "json")
	return cmd
}

// imageCompletion completes the prefixes of images on disk, and files behind
// them.
func imageCompletion(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	switch {
	case len(args) > 0:
		return nil, cobra.ShellCompDirectiveNoFileComp
	case registry.IsLocal(typed):
		return nil, cobra.ShellCompDirectiveDefault
	}
	return []string{registry.LayoutPrefix, registry.LayoutArchivePrefix, registry.DockerArchivePrefix}, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

func readImage(cmd *cobra.Command, w *World, f *registryFlags, name string) (registry.Image, error) {
	client, err := f.client(cmd, w)
	if err != nil {
		return registry.Image{}, err
	}
	if registry.IsLocal(name) {
		return registry.Open(cmd.Context(), name)
	}
	ref := (*imageref.Classifier)(nil).Parse(name)
	for _, problem := range []string{ref.Invalid, ref.BadDigest, ref.Reason} {
		if problem != "" && (ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved) {
			return registry.Image{}, usagef(cmd, "image %q: %s", name, problem)
		}
	}
	return client.Resolve(cmd.Context(), ref)
}

func writeImage(w *World, format string, image registry.Image) error {
	if format == "json" {
		out := json.NewEncoder(w.Out)
		out.SetIndent("", "  ")
		return out.Encode(image)
	}
	var b strings.Builder
	describe(&b, image)
	_, err := w.Out.Write([]byte(b.String()))
	return err
}
