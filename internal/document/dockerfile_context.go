package document

import (
	"slices"

	"guard/internal/imageref"
)

// officialImages are the names that need no owner on Docker Hub, those that
// were given up too. Source: the directory library of
// github.com/docker-library/official-images.
var officialImages = []string{
	"adminer", "adoptopenjdk", "aerospike", "almalinux", "alpine", "alt", "amazoncorretto", "amazonlinux", "api-firewall", "arangodb", "archlinux",
	"azul-zulu", "backdrop", "bash", "blackfire", "bonita", "buildpack-deps", "busybox", "caddy", "cassandra", "celery", "centos", "chronograf", "cirros",
	"clearlinux", "clefos", "clickhouse", "clojure", "composer", "consul", "convertigo", "couchbase", "couchdb", "crate", "dart", "debian", "django",
	"docker", "drupal", "eclipse-mosquitto", "eclipse-temurin", "eggdrop", "elasticsearch", "elixir", "emqx", "erlang", "espocrm", "euleros",
	"express-gateway", "fedora", "flink", "fluentd", "friendica", "fsharp", "gazebo", "gcc", "geonetwork", "ghost", "glassfish", "golang", "gradle",
	"groovy", "haproxy", "haskell", "haxe", "hello-seattle", "hello-world", "hitch", "hola-mundo", "httpd", "hylang", "ibm-semeru-runtimes", "ibmjava",
	"influxdb", "iojs", "irssi", "java", "jenkins", "jetty", "joomla", "jruby", "julia", "kaazing-gateway", "kapacitor", "kibana", "known", "kong",
	"krakend", "lightstreamer", "liquibase", "logstash", "mageia", "mariadb", "matomo", "maven", "mediawiki", "memcached", "mongo", "mongo-express",
	"monica", "mono", "mysql", "nats", "nats-streaming", "neo4j", "neurodebian", "nextcloud", "nginx", "nim", "node", "notary", "nuxeo", "odoo",
	"open-liberty", "openjdk", "opensuse", "oraclelinux", "orientdb", "owncloud", "percona", "perl", "photon", "php", "php-zendserver", "phpmyadmin",
	"plone", "postfixadmin", "postgres", "pypy", "python", "r-base", "rabbitmq", "rails", "rakudo-star", "rapidoid", "redis", "redmine", "registry",
	"rethinkdb", "rocket.chat", "rockylinux", "ros", "ruby", "rust", "sapmachine", "satosa", "sentry", "silverpeas", "sl", "solr", "sonarqube",
	"sourcemage", "spark", "spiped", "storm", "swift", "swipl", "teamspeak", "telegraf", "terraform", "thrift", "tomcat", "tomee", "traefik", "ubuntu",
	"ubuntu-debootstrap", "ubuntu-upstart", "unit", "varnish", "vault", "websphere-liberty", "wordpress", "xwiki", "yourls", "znc", "zookeeper",
}

// namedContexts leaves undecided what COPY --from and RUN --mount take from a
// bare name that is neither a stage nor an official image. Nobody can pull
// that: it is a build context given by name (--build-context, additional_contexts,
// contexts of a bake file), or an image of the builder's own machine.
func (r *dockerReader) namedContexts() {
	for i := range r.doc.Images {
		image := &r.doc.Images[i]
		if !isCopied(image) || image.Stage || !isBare(image) || slices.Contains(officialImages, image.Raw) {
			continue
		}
		image.Unresolved, image.Mutable, image.Class, image.Classes = true, false, imageref.ClassUnknown, []imageref.Class{imageref.ClassUnknown}
		image.Reason = "neither a stage nor an official image, so taken for a build context that is given by name"
	}
}

// isBare tells whether an image is one word, without registry, owner, tag and
// digest.
func isBare(image *Image) bool {
	return image.Invalid == "" && !image.Unresolved && image.Raw == image.Name && image.Repository == "library/"+image.Name
}
