package guard.rules.secret.kubernetes_plaintext_test

import data.guard.rules.secret.kubernetes_plaintext

_secret(body) := sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\n%s\n", [body])

test_deny_secret_with_data if {
	kubernetes_plaintext.deny == {{
		"message": "Secret/shop/db holds password in plain form",
		"path": ["data", "password"],
	}} with input as guard.parse("kubernetes", _secret("data: {username: c2hvcA==, password: VHIwdWI0ZG9y}"))
}

test_deny_secret_with_string_data if {
	count(kubernetes_plaintext.deny) == 1 with input as guard.parse("kubernetes", _secret("stringData: {password: Tr0ub4dor}"))
}

test_allow_secret_without_values if {
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", _secret("data: {password: ''}"))
}

test_allow_secret_that_is_filled_in_later if {
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", _secret("stringData: {password: '${DB_PASSWORD}'}"))
}

test_allow_secret_encrypted_by_sops if {
	text := _secret("stringData: {password: 'ENC[AES256_GCM,data:p673w,iv:YY=,tag:UQ=,type:str]'}")
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", text)
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", replace(text, "stringData", "data"))
}

test_deny_names_three_keys if {
	kubernetes_plaintext.deny == {{
		"message": "Secret/shop/db holds a-token, b-token, c-token and 1 more keys in plain form",
		"path": ["stringData", "a-token"],
	}} with input as guard.parse("kubernetes", _secret("stringData: {a-token: k8Zq2Lw91, b-token: k8Zq2Lw92, c-token: k8Zq2Lw93, d-token: k8Zq2Lw94}"))
}

test_allow_service_account_token if {
	text := _secret("type: kubernetes.io/service-account-token\ndata: {extra: YmFyCg==}")
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", text)
}

test_allow_public_keys if {
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", _secret("stringData: {url: 'https://git.example.com/shop.git', Type: git}"))
}

_config(value) := sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata:\n  DB_PASSWORD: %s\n", [value])

test_deny_secret_in_config_map if {
	kubernetes_plaintext.deny == {{
		"message": "ConfigMap/shop holds the secret Tr**** under DB_PASSWORD; a ConfigMap is for what everybody may read",
		"path": ["data", "DB_PASSWORD"],
	}} with input as guard.parse("kubernetes", _config("Tr0ub4dor"))
}

test_allow_reference_in_config_map if {
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", _config("vault:secret/data/shop#password"))
}

test_allow_other_objects if {
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", "apiVersion: v1\nkind: Service\nmetadata: {name: db}\n")
}

test_allow_other_objects_of_which_another_rule_tells if {
	text := "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: 'shop:1.0.0', env: [{name: DB_PASSWORD, value: Tr0ub4dor-and-3}]}]}}"
	kubernetes_plaintext.deny == set() with input as guard.parse("kubernetes", text)
}

_config_at(path, value) := guard.parse_file(path, sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {DB_PASSWORD: %q}\n", [value]))

test_allow_config_map_of_tests_and_value_of_known_format if {
	count(kubernetes_plaintext.deny) == 1 with input as _config_at("shop.yaml", "postgres")
	kubernetes_plaintext.deny == set() with input as _config_at("testdata/shop.yaml", "postgres")
	kubernetes_plaintext.deny == set() with input as _config_at("shop.yaml", concat("", ["ghp", "_Zk3mQ9xT1vB7nL5cR8wY2dF6hJ4pS0aGuE1i"]))
}
