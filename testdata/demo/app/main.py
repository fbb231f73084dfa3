"""The shop's web application."""

import os

import psycopg
from flask import Flask, render_template

app = Flask(__name__)


def products():
    """Return name and price of what is in stock, cheapest first."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT name, price FROM product WHERE stock > 0 ORDER BY price")
        return rows.fetchall()


@app.get("/")
def index():
    """Show the shelf."""
    return render_template("index.html", products=products())


@app.get("/healthz")
def healthz():
    """Answer the probes."""
    return "ok"
