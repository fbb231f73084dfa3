package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"guard/admission"
	"guard/admission/audit"
)

// configurations is where the ValidatingWebhookConfigurations are.
const configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"

// The resources of reports.
var (
	policyReports        = admission.Resource{Group: "wgpolicyk8s.io", Version: "v1alpha2", Resource: "policyreports"}
	clusterPolicyReports = admission.Resource{Group: "wgpolicyk8s.io", Version: "v1alpha2", Resource: "clusterpolicyreports"}
)

// HasPolicyReports tells why PolicyReports cannot be written; nil where they
// can, as far as the kind is known to the cluster.
func (c *Cluster) HasPolicyReports(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	err := c.raw.Get().AbsPath("/apis/" + audit.ReportVersion).Do(ctx).Error()
	switch {
	case apierrors.IsNotFound(err):
		return errors.New("the cluster does not know PolicyReports: install the CustomResourceDefinition policyreports.wgpolicyk8s.io, version v1alpha2, or leave them out")
	case err != nil:
		return fmt.Errorf("look for PolicyReports: %w", reason(err))
	}
	return nil
}

// reportOwner finds the ValidatingWebhookConfiguration that reports go with.
func (c *Cluster) reportOwner(ctx context.Context, name string) (*audit.ReportOwner, error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	var found struct{ Metadata version }
	if err := c.get(ctx, configurations+name, &found); err != nil {
		return nil, fmt.Errorf("the owner of the reports, ValidatingWebhookConfiguration %s: %w", name, reason(err))
	}
	return &audit.ReportOwner{APIVersion: "admissionregistration.k8s.io/v1", Kind: "ValidatingWebhookConfiguration", Name: name, UID: found.Metadata.UID}, nil
}

// Report writes the result of an audit of some namespaces (none: of all) as
// PolicyReports. Owner names the ValidatingWebhookConfiguration that they go
// with; "" is none.
func (c *Cluster) Report(ctx context.Context, result *audit.Result, namespaces []string, owner string) (written, removed int, err error) {
	var goesWith *audit.ReportOwner
	if owner != "" {
		if goesWith, err = c.reportOwner(ctx, owner); err != nil {
			return 0, 0, err
		}
	}
	reports, err := audit.Reports(result, goesWith)
	if err != nil {
		return 0, 0, err
	}
	return c.writeReports(ctx, reports, namespaces, result.Unlisted)
}

// writeReports makes the PolicyReports of some namespaces (none: of all) those
// that are given, and removes guard's others. Unlisted are the resources of
// which nothing new is known: their reports stay. Of what goes wrong, the first
// is the error; the other reports are written all the same.
func (c *Cluster) writeReports(ctx context.Context, reports []audit.PolicyReport, namespaces, unlisted []string) (written, removed int, err error) {
	stale, err := c.reports(ctx, namespaces)
	if err != nil {
		return 0, 0, err
	}
	for _, resource := range unlisted {
		for group := range stale {
			if group.Resource == resource {
				delete(stale, group)
			}
		}
	}
	for _, r := range reports {
		delete(stale, r.Group)
		if problem := c.apply(ctx, r); problem != nil {
			err = first(err, fmt.Errorf("write the PolicyReport %s/%s: %w", r.Namespace, r.Name, problem))
			continue
		}
		written++
	}
	for group := range stale {
		if problem := c.remove(ctx, group); problem != nil {
			err = first(err, fmt.Errorf("remove the PolicyReport %s/%s: %w", group.Namespace, audit.ReportPrefix+group.Resource, problem))
			continue
		}
		removed++
	}
	return written, removed, err
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// reports are those of guard that are there.
func (c *Cluster) reports(ctx context.Context, namespaces []string) (map[audit.Group]bool, error) {
	l := c.Lister(0)
	l.selector = audit.ReportSelector
	found := map[audit.Group]bool{}
	note := func(o audit.Object) error {
		if resource, ours := strings.CutPrefix(o.Name, audit.ReportPrefix); ours {
			found[audit.Group{Namespace: o.Namespace, Resource: resource}] = true
		}
		return nil
	}
	again := func(string) { clear(found) }
	if len(namespaces) == 0 {
		if err := l.List(ctx, policyReports, "", note, again); err != nil {
			return nil, fmt.Errorf("list the PolicyReports: %w", err)
		}
		// A cluster may know only reports of namespaces.
		if err := l.pages(ctx, clusterPolicyReports, "", note); err != nil && !apierrors.IsNotFound(err) {
			return nil, fmt.Errorf("list the ClusterPolicyReports: %w", reason(err))
		}
		return found, nil
	}
	for _, namespace := range namespaces {
		// What one namespace holds is far from what starts a list anew.
		if err := l.pages(ctx, policyReports, namespace, note); err != nil {
			return nil, fmt.Errorf("list the PolicyReports of %s: %w", namespace, reason(err))
		}
	}
	return found, nil
}

// namespaceTerminating is the cause with which an API server refuses to make
// something in a namespace that is about to go.
const namespaceTerminating = "NamespaceTerminating"

// apply writes a report. Where its namespace is about to go, or gone, there is
// nobody to read it.
func (c *Cluster) apply(ctx context.Context, r audit.PolicyReport) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	err := c.raw.Patch(types.ApplyPatchType).AbsPath(reportPath(r.Group)).Param("fieldManager", "guard").Param("force", "true").Body(r.Body).Do(ctx).Error()
	if err == nil || apierrors.IsNotFound(err) || apierrors.HasStatusCause(err, namespaceTerminating) {
		return nil
	}
	return reason(err)
}

func (c *Cluster) remove(ctx context.Context, group audit.Group) error {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	err := c.raw.Delete().AbsPath(reportPath(group)).Do(ctx).Error()
	if err == nil || apierrors.IsNotFound(err) {
		return nil
	}
	return reason(err)
}

func reportPath(group audit.Group) string {
	resource := policyReports
	if group.Namespace == "" {
		resource = clusterPolicyReports
	}
	return pathOf(resource, group.Namespace) + "/" + audit.ReportPrefix + group.Resource
}
