package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"text/template"
)

// rule is one of the three rules.
type rule int

const (
	imageTag rule = iota
	nonRoot
	privileged
	ruleCount
)

// corpus is a directory of manifests, and what is wrong in them.
type corpus struct {
	dir   string
	tiny  string // one small manifest
	files int
	bytes int
	want  [ruleCount]int // violations of each rule
}

func (c *corpus) violations() (sum int) {
	for _, n := range c.want {
		sum += n
	}
	return sum
}

const perFile = 4

// generate writes documents into dir, a few to a file and all side by side,
// as kyverno does not look into directories below. The same seed gives the
// same bytes.
func generate(dir string, documents int, seed uint64) (*corpus, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	g := &generator{random: rand.New(rand.NewPCG(seed, 0)), corpus: &corpus{dir: dir}}
	for n := 0; n < documents; n += perFile {
		var text bytes.Buffer
		for i := n; i < min(n+perFile, documents); i++ {
			if err := g.document(&text, i); err != nil {
				return nil, err
			}
		}
		if err := g.save(fmt.Sprintf("%05d.yaml", n), text.Bytes()); err != nil {
			return nil, err
		}
	}
	g.corpus.tiny = filepath.Join(dir, "00000.yaml")
	return g.corpus, nil
}

type generator struct {
	random *rand.Rand
	corpus *corpus
}

func (g *generator) save(name string, text []byte) error {
	g.corpus.files++
	g.corpus.bytes += len(text)
	return os.WriteFile(filepath.Join(g.corpus.dir, name), text, 0o644)
}

// manifest is what a template is filled with.
type manifest struct {
	Name, Namespace, Team, Image string
	Replicas, Port               int
	PodNonRoot, NonRoot          bool
	Privileged                   bool
}

var (
	names = []string{"cart", "checkout", "search", "catalog", "billing", "orders", "stock", "mailer", "login", "reports", "images", "gateway"}
	teams = []string{"storefront", "payments", "logistics", "platform"}
)

// document writes document n. Every third kind holds no Pod, as in real
// repositories.
func (g *generator) document(text *bytes.Buffer, n int) error {
	m := g.manifest(n)
	kind := templates[g.random.IntN(len(templates))]
	if kind.pod {
		g.count(m)
	}
	return kind.template.Execute(text, m)
}

func (g *generator) manifest(n int) manifest {
	name := names[g.random.IntN(len(names))]
	m := manifest{
		Name: fmt.Sprintf("%s-%d", name, n), Namespace: fmt.Sprintf("shop-%d", n%40), Team: teams[g.random.IntN(len(teams))],
		Replicas: 1 + g.random.IntN(5), Port: 8000 + g.random.IntN(100),
		Privileged: g.random.IntN(20) == 0,
	}
	m.Image = fmt.Sprintf("registry.example.com/%s/%s%s", m.Team, name, g.tag())
	switch g.random.IntN(5) {
	case 0, 1:
		m.PodNonRoot = true
	case 2:
		m.NonRoot = true
	}
	return m
}

func (g *generator) tag() string {
	switch g.random.IntN(8) {
	case 0:
		return ""
	case 1:
		return ":latest"
	}
	return fmt.Sprintf(":%d.%d.%d", g.random.IntN(4), g.random.IntN(30), g.random.IntN(20))
}

func (g *generator) count(m manifest) {
	last := m.Image[len(m.Image)-1]
	if last < '0' || last > '9' {
		g.corpus.want[imageTag]++
	}
	if !m.PodNonRoot && !m.NonRoot {
		g.corpus.want[nonRoot]++
	}
	if m.Privileged {
		g.corpus.want[privileged]++
	}
}

type kind struct {
	template *template.Template
	pod      bool
}

var templates = []kind{
	{parse("deployment", deployment), true},
	{parse("deployment", deployment), true},
	{parse("deployment", deployment), true},
	{parse("cronjob", cronJob), true},
	{parse("service", service), false},
	{parse("service", service), false},
	{parse("configmap", configMap), false},
}

func parse(name, text string) *template.Template {
	return template.Must(template.Must(template.New(name).Parse(podSpec)).New(name).Parse(text))
}
