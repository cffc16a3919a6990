"""Translations of command names and descriptions, which Discord shows to members in their language."""

from discord import Locale, app_commands

#: In the order of the translations in the table.
LANGUAGES = (Locale.german, Locale.french)

_TABLE: dict[str, tuple[str, str]] = {
    # Commands and their options
    "ask": ("fragen", "demander"),
    "Ask a question; this server's articles answer in their own words.": (
        "Frag die Artikel dieses Servers; sie antworten mit ihren eigenen Worten.",
        "Interrogez les articles de ce serveur ; ils répondent avec leurs propres mots.",
    ),
    "question": ("frage", "question"),
    "What you want to know": ("Was du wissen möchtest", "Ce que vous voulez savoir"),
    "article": ("artikel", "article"),
    "Answer from this article only": ("Nur aus diesem Artikel antworten", "Répondre à partir de cet article seulement"),
    "private": ("privat", "privé"),
    "Show the answer to you alone": ("Die Antwort nur dir zeigen", "Ne montrer la réponse qu'à vous"),
    "settings": ("einstellungen", "réglages"),
    "Choose how I answer in this server.": (
        "Bestimme, wie ich auf diesem Server antworte.",
        "Décidez de ma façon de répondre sur ce serveur.",
    ),
    "help": ("hilfe", "aide"),
    "How to ask me, with examples from this server.": (
        "Wie man mich fragt, mit Beispielen von diesem Server.",
        "Comment m'interroger, avec des exemples de ce serveur.",
    ),
    "privacy": ("datenschutz", "confidentialité"),
    "What I keep, where, for how long, and who sees it.": (
        "Was ich speichere, wo, wie lange, und wer es sieht.",
        "Ce que je conserve, où, combien de temps, et qui le voit.",
    ),
    "forget-me": ("vergiss-mich", "oubliez-moi"),
    "Delete everything that I keep about you.": (
        "Alles löschen, was ich von dir gespeichert habe.",
        "Supprimer tout ce que je conserve de vous.",
    ),
    # Commands within /article, and /gaps
    "Manage the articles that I answer from.": (
        "Pflege die Artikel, aus denen ich antworte.",
        "Gérez les articles dont je tire mes réponses.",
    ),
    "Add a web page, a file, or (with neither) text that you paste.": (
        "Eine Seite, eine Datei oder, ohne beides, eingefügten Text hinzufügen.",
        "Ajouter une page, un fichier ou, sans l'un ni l'autre, un texte collé.",
    ),
    "The address of a page, a feed or a file": (
        "Die Adresse einer Seite, eines Feeds oder einer Datei",
        "L'adresse d'une page, d'un flux ou d'un fichier",
    ),
    "A file: PDF, Word, Markdown, …": ("Eine Datei: PDF, Word, Markdown, …", "Un fichier : PDF, Word, Markdown, …"),
    "The articles of this server.": ("Die Artikel dieses Servers.", "Les articles de ce serveur."),
    "Show an article: where it is from, its dates, how it begins.": (
        "Ein Artikel: woher er kommt, seine Daten, wie er beginnt.",
        "Un article : son origine, ses dates, son début.",
    ),
    "Which article": ("Welcher Artikel", "Quel article"),
    "Give an article another title.": (
        "Einem Artikel einen anderen Titel geben.",
        "Donner un autre titre à un article.",
    ),
    "Its new title": ("Sein neuer Titel", "Son nouveau titre"),
    "Remove an article for good; I ask first.": (
        "Einen Artikel endgültig entfernen; ich frage vorher.",
        "Retirer un article pour de bon ; je demande d'abord.",
    ),
    "Read one article, or all of them, again from the source.": (
        "Einen Artikel, oder alle, neu von der Quelle lesen.",
        "Relire un article, ou tous, à leur source.",
    ),
    "Which article; leave empty for all": ("Welcher Artikel; ohne Angabe alle", "Quel article ; sans précision, tous"),
    "add": ("hinzufügen", "ajouter"),
    "list": ("liste", "liste"),
    "show": ("anzeigen", "afficher"),
    "rename": ("umbenennen", "renommer"),
    "remove": ("entfernen", "retirer"),
    "refresh": ("aktualisieren", "actualiser"),
    "url": ("adresse", "adresse"),
    "file": ("datei", "fichier"),
    "title": ("titel", "titre"),
    "gaps": ("lücken", "lacunes"),
    "What members asked that the articles do not answer.": (
        "Was Mitglieder gefragt haben und die Artikel nicht beantworten.",
        "Ce que des membres ont demandé et à quoi les articles ne répondent pas.",
    ),
    # Context menus
    "Find in the articles": ("In den Artikeln suchen", "Chercher dans les articles"),
    "Add to the articles": ("Zu den Artikeln hinzufügen", "Ajouter aux articles"),
}


def in_language(words: str, locale: str) -> str:
    """The table's translation of the words, or else the words themselves."""
    found = _TABLE.get(words)
    for number, language in enumerate(LANGUAGES):
        if found and language.value == locale:
            return found[number]
    return words


def command_name(path: str, locale: str) -> str:
    """The localized name of a command; ``article add`` is a subcommand."""
    return "/" + " ".join(in_language(word, locale) for word in path.split())


class Translations(app_commands.Translator):
    """Looks up names and descriptions for discord.py."""

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, _: app_commands.TranslationContextTypes
    ) -> str | None:
        """The table's translation; None if there is none, and Discord then shows the English."""
        if string.message not in _TABLE or locale not in LANGUAGES:
            return None
        return in_language(string.message, locale.value)
