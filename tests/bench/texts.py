"""Notices of about 200 words for the benchmarks: a third state a suspension, the rest is ordinary travel news."""

import random
from datetime import date, timedelta

AIRLINES = ("KLM", "Lufthansa", "Iberia", "Turkish Airlines", "TAP Air Portugal", "Nordwind", "LATAM", "Air France", "Finnair", "Aeroflot")
PLACES = {
    "en": ("Caracas", "Tel Aviv", "Beirut", "Tehran", "Havana", "Dubai", "Khartoum", "Kathmandu"),
    "ru": ("Каракас", "Тель-Авив", "Бейрут", "Тегеран", "Гавану", "Дубай", "Хартум", "Катманду"),
    "nl": ("Caracas", "Tel Aviv", "Beiroet", "Teheran", "Havana", "Dubai", "Khartoem", "Kathmandu"),
    "es": ("Caracas", "Tel Aviv", "Beirut", "Teherán", "La Habana", "Dubái", "Jartum", "Katmandú"),
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
STATED = {
    "en": (
        "{airline} suspends flights to {place} until {day} {month}",
        "{airline} has suspended its flights to {place} until {day} {month} for safety reasons.",
    ),
    "ru": (
        "{airline} приостановила полёты в {place}",
        "Авиакомпания {airline} приостановила рейсы в {place} до {day} {month} из соображений безопасности.",
    ),
    "nl": (
        "{airline} schrapt vluchten naar {place}",
        "{airline} schrapt alle vluchten naar {place} tot en met {day} {month} om veiligheidsredenen.",
    ),
    "es": (
        "{airline} suspende sus vuelos a {place}",
        "{airline} suspendió sus vuelos a {place} hasta el {day} de {month} por motivos de seguridad.",
    ),
}
ORDINARY = {
    "en": ("Autumn fares for {place} are on sale", "{airline} opens a lounge at its home airport and sells autumn fares to {place}."),
    "ru": ("Осенняя распродажа билетов в {place}", "{airline} начала осеннюю распродажу: билет в {place} стоит дешевле, чем год назад."),
    "nl": (
        "Herfstactie: voordelig naar {place}",
        "{airline} verkoopt deze herfst voordelige tickets naar {place} en opent een nieuwe lounge.",
    ),
    "es": (
        "Rebajas de otoño para volar a {place}",
        "{airline} pone a la venta billetes de otoño a {place} y estrena sala en su aeropuerto.",
    ),
}
FILLER = {
    "en": (
        "Hotels near the old harbour report more guests than in any autumn of the past ten years.",
        "The museum of seafaring has moved its boats to a larger hall and stays open in the evening.",
        "A cook who left the capital for a fishing village tells how she found her ingredients there.",
        "The railway adds a coach to the morning train, since commuters had to stand all summer.",
    ),
    "ru": (
        "Гостиницы у старой гавани заполнены лучше, чем в любую осень последних десяти лет.",
        "Музей мореплавания перевёз свои лодки в просторный зал и работает теперь до позднего вечера.",
        "Повар, уехавшая из столицы в рыбацкий посёлок, рассказывает, где она нашла там продукты.",
        "Железная дорога прицепит к утреннему поезду ещё один вагон: всё лето пассажиры ехали стоя.",
    ),
    "nl": (
        "Hotels bij de oude haven zitten voller dan in welke herfst van de afgelopen tien jaar ook.",
        "Het scheepvaartmuseum heeft zijn boten naar een grotere hal gebracht en is ook 's avonds open.",
        "Een kokkin die de hoofdstad verruilde voor een vissersdorp vertelt waar zij haar waar haalt.",
        "De ochtendtrein krijgt er een rijtuig bij, want forenzen hebben de hele zomer moeten staan.",
    ),
    "es": (
        "Los hoteles del puerto viejo están más llenos que en cualquier otoño de la última década.",
        "El museo naval trasladó sus barcos a una nave más amplia y ahora abre también por la noche.",
        "Una cocinera que dejó la capital por un pueblo de pescadores cuenta dónde compra lo que sirve.",
        "El tren de la mañana tendrá un vagón más, porque los viajeros fueron de pie todo el verano.",
    ),
}  # fmt: skip
WORDS = 200


def notice(chance: random.Random, identity: str) -> tuple[str, str]:
    """Title and text, without markup; the same for the same state of ``chance``. ``identity`` makes the text one of its kind."""
    lang = chance.choice(tuple(PLACES))
    end = date.today() + timedelta(days=chance.randint(10, 90))
    facts = {
        "airline": chance.choice(AIRLINES),
        "place": chance.choice(PLACES[lang]),
        "day": end.day,
        "month": MONTHS[lang].split()[end.month - 1],
    }
    title, sentence = (part.format(**facts) for part in (STATED if chance.random() < 1 / 3 else ORDINARY)[lang])
    sentences = [sentence]
    while sum(len(each.split()) for each in sentences) < WORDS - 4:
        sentences.append(chance.choice(FILLER[lang]))
    return title, " ".join([*sentences, f"({identity})"])
