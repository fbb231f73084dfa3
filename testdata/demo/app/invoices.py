"""Mails yesterday's invoices; run every night."""

import os
import smtplib
from email.message import EmailMessage

import psycopg


def send(server, order, address, total):
    """Mail one invoice."""
    message = EmailMessage()
    message["From"] = "invoices@teahouse.example"
    message["To"] = address
    message["Subject"] = f"Your order {order}"
    message.set_content(f"Thank you for your order. Please pay {total} € within 14 days.")
    server.send_message(message)


def main():
    """Mail what was ordered yesterday."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, smtplib.SMTP("mail") as server:
        server.login("invoices", os.environ["SMTP_PASSWORD"])
        for order in connection.execute("SELECT id, email, total FROM purchase WHERE day = current_date - 1"):
            send(server, *order)


if __name__ == "__main__":
    main()
